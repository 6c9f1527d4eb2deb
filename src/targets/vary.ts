import { tensorBytes, type Workload } from '../core/target.ts';
import { type Report, watch } from './issues.ts';
import type { Signature } from './signature.ts';
import { sizedValues, unusedKey, valueProblem, workloadName } from './workloads.ts';

/** Each combination is one more check of every candidate. */
const MOST_COMBINATIONS = 32;

/**
 * Every combination of the varied values, with all other values from the smallest of `workloads` (by bytes of its tensors).
 * Combinations that are among `workloads` already are left out: those are checked anyway.
 */
export function expandVary(
  written: Readonly<Record<string, readonly number[]>>,
  workloads: readonly Workload[],
  signature: Signature,
  report: Report,
): Workload[] {
  const varied = Object.entries(written);
  const count = varied.reduce((product, [, values]) => product * values.length, 1);
  if (count > MOST_COMBINATIONS) {
    const factors = varied.map(([name, values]) => `${values.length} of ${name}`).join(' × ');
    report(
      ['vary'],
      `makes ${count} combinations (${factors}); at most ${MOST_COMBINATIONS} are checked, so vary fewer values`,
    );
    return [];
  }
  const smallest = smallestOf(workloads, signature);
  if (!areSound(varied, signature, report) || smallest === undefined || varied.length === 0) return [];
  const known = new Set(workloads.map(({ name }) => name));
  const { report: complain, sound } = watch(report);
  const combined = combinations(varied).map((changed) => {
    const values = { ...smallest.values, ...changed };
    const name = workloadName(signature.parameters, values);
    // One combination is enough to see what is wrong with them.
    const tell = (problem: string) => sound() && complain(['vary'], `makes the combination "${name}": ${problem}`);
    return { name, values: sizedValues(values, signature, tell) };
  });
  return sound() ? combined.filter(({ name }) => !known.has(name)) : [];
}

function areSound(
  varied: readonly (readonly [string, readonly number[]])[],
  { parameters }: Signature,
  report: Report,
): boolean {
  const { report: complain, sound } = watch(report);
  for (const [name, values] of varied) {
    const parameter = parameters.get(name);
    if (parameter === undefined) {
      complain(['vary', name], unusedKey(name, parameters), 'key');
      continue;
    }
    for (const [index, value] of values.entries()) {
      const problem = valueProblem(parameter, value);
      if (problem !== undefined) complain(['vary', name, index], `"${name}" is ${value}, which ${problem}`);
      else if (values.indexOf(value) !== index)
        complain(['vary', name, index], `${value} stands here a second time; remove one`);
    }
  }
  return sound();
}

function smallestOf(workloads: readonly Workload[], { tensors }: Signature): Workload | undefined {
  return [...workloads].sort((a, b) => tensorBytes(tensors, a.values) - tensorBytes(tensors, b.values))[0];
}

function combinations(varied: readonly (readonly [string, readonly number[]])[]): Record<string, number>[] {
  return varied.reduce<Record<string, number>[]>(
    (partial, [name, values]) => partial.flatMap((chosen) => values.map((value) => ({ ...chosen, [name]: value }))),
    [{}],
  );
}
