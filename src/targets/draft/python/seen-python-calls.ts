import type { SourceFile } from '../../../core/source.ts';
import type { Spot } from '../draft.ts';
import { callsOf, type WrittenCall } from '../usage/calls.ts';
import { numberOf, type Values, valuesBefore } from '../usage/known-values.ts';
import { type SeenTensor, tensorIn } from '../usage/seen-tensors.ts';

/** What one call passes, by the parameters' names. */
export interface SeenArguments {
  readonly tensors: Readonly<Record<string, SeenTensor>>;
  readonly numbers: Values;
  readonly spot: Spot;
}

const MOST_SEEN = 64;

/** The calls of a function in the repository's Python files, with what can be told of their arguments. */
export function seenPythonCalls(
  name: string,
  parameters: readonly string[],
  files: readonly SourceFile[],
): SeenArguments[] {
  return files
    .filter(({ path }) => path.endsWith('.py'))
    .flatMap(({ path, content }) =>
      callsOf(name, content).flatMap((call) => argumentsOf(call, parameters, path, content)),
    )
    .slice(0, MOST_SEEN);
}

/** One for each set of values that its surroundings are run with. */
export function argumentsOf(
  call: WrittenCall,
  parameters: readonly string[],
  path: string,
  content: string,
): SeenArguments[] {
  if (/\b(def|class)\s+$/.test(call.before)) return [];
  const head = content.slice(0, call.index);
  return valuesBefore(content, call.index).flatMap((known) => {
    const tensors: Record<string, SeenTensor> = {};
    const numbers: Record<string, number> = {};
    for (const [index, argument] of call.args.entries()) {
      const [, keyword, value] = /^(\w+)\s*=\s*([^=].*)$/s.exec(argument) ?? [];
      const parameter = keyword ?? parameters[index];
      if (parameter === undefined || !parameters.includes(parameter)) continue;
      const text = value ?? argument;
      const number = numberOf(text, known);
      const tensor = number === undefined ? tensorIn(text, head, known) : undefined;
      if (number !== undefined) numbers[parameter] = number;
      if (tensor !== undefined) tensors[parameter] = tensor;
    }
    const told = Object.keys(tensors).length + Object.keys(numbers).length;
    return told === 0 ? [] : [{ tensors, numbers, spot: { path, line: call.line } }];
  });
}
