import type { SourceFile } from '../../../core/source.ts';
import type { Spot } from '../draft.ts';
import { callsOf } from './calls.ts';
import { numberOf, type Values, valuesBefore } from './known-values.ts';

/** Numbers that something is called with somewhere in the repository. */
export interface SeenValues {
  readonly values: Values;
  readonly spot: Spot;
}

/**
 * With which numbers `name` is called, by the parameters' names; also by the names of variables at the place, for numbers that the call does
 * not show.
 *
 * @param parameters in the order of the call; undefined for those that are no numbers
 * @param others names that are looked for among the variables
 */
export function seenValues(
  name: string,
  parameters: readonly (string | undefined)[],
  others: readonly string[],
  files: readonly SourceFile[],
): SeenValues[] {
  return files.flatMap(({ path, content }) => {
    if (!content.includes(name)) return [];
    return callsOf(name, content)
      .filter(({ args }) => !args.some((argument) => /^(const\s+)?[\w:<>]+[\s*&]+\w+$/.test(argument)))
      .flatMap(({ args, index, line }) =>
        valuesBefore(content, index).flatMap((known) => {
          const passed = parameters.flatMap((parameter, position): [string, number][] => {
            const value = parameter === undefined ? undefined : numberOf(args[position] ?? '', known);
            return parameter === undefined || value === undefined ? [] : [[parameter, value]];
          });
          const named = others.flatMap((other): [string, number][] => {
            const value = known[other];
            return value === undefined ? [] : [[other, value]];
          });
          const values = Object.fromEntries([...named, ...passed]);
          return Object.keys(values).length === 0 ? [] : [{ values, spot: { path, line } }];
        }),
      );
  });
}
