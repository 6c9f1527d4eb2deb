import { at, type DraftedWorkload, guess, todo } from './draft.ts';
import type { SeenValues } from './usage/seen-calls.ts';

/** Numbers that a target's workloads set. */
export interface Numbers {
  readonly dimensions: readonly string[];
  readonly others: readonly { readonly name: string; readonly isInteger: boolean }[];
}

/** What a dimension of such a name often is where speed matters. */
const USUAL: readonly (readonly [RegExp, number])[] = [
  [/^(b|bs|bsz|batch|batch_?size|num_?batch(es)?)$/i, 16],
  [/head_?(dim|size)|^d_?head$/i, 64],
  [/heads?$|^(h_?q|h_?kv|nh)$/i, 16],
  [/seq|len|tokens|^(s|t|l)$/i, 1024],
  [/channels?|^c(_?(in|out))?$/i, 64],
  [/^(h|w|height|width)$/i, 128],
  [/groups?/i, 8],
  [/vocab/i, 32_000],
  [/expert/i, 8],
];
/**
 * Without such a name, by how many there are: the first has this size, the second twice as much, and so on. Were they alike, nothing would show
 * that two of them are taken for each other.
 */
const BY_COUNT = [2 ** 24, 2048, 512, 64];
/** The same for a machine without a GPU, where every thread takes its time. */
const EMULATED_BY_COUNT = [1024, 64, 16, 8];
const MOST = 2;

/** Sizes that the repository itself uses, the largest first; else usual ones, to be replaced. */
export function draftWorkloads({ dimensions, others }: Numbers, seen: readonly SeenValues[]): DraftedWorkload[] {
  const usual = Object.fromEntries([
    ...dimensions.map((name, place) => [name, usualOf(name) ?? unlike(BY_COUNT, dimensions, place)]),
    ...others.map(({ name, isInteger }) => [name, isInteger ? 1 : scalarOf(name)]),
  ]);
  const complete = seen
    .map(({ values, spot }) => ({ known: usable(values, dimensions, others), spot }))
    .filter(({ known }) => dimensions.some((name) => Object.hasOwn(known, name)))
    .map(({ known, spot }) => ({ known, spot, values: { ...usual, ...known } }))
    .sort((a, b) => size(b.values, dimensions) - size(a.values, dimensions));
  const distinct = complete.filter(
    ({ values }, index) =>
      complete.findIndex((other) => JSON.stringify(other.values) === JSON.stringify(values)) === index,
  );
  const [first] = distinct;
  if (first === undefined) {
    const names = Object.keys(usual);
    const note =
      names.length === 0
        ? guess('all sizes are fixed')
        : todo(`the values of ${names.join(', ')} that matter to you; no call in the repository shows any`);
    return [{ values: usual, note }];
  }
  // A call that leaves out more than another says less, however large it is.
  const fullest = Math.max(...distinct.map(({ known }) => Object.keys(known).length));
  return distinct
    .filter(({ known }) => Object.keys(known).length === fullest)
    .slice(0, MOST)
    .map(({ known, spot, values }) => {
      const missing = Object.keys(values).filter((name) => !Object.hasOwn(known, name));
      const note =
        missing.length === 0 ? guess(`from ${at(spot)}`) : todo(`${missing.join(', ')}; the rest is from ${at(spot)}`);
      return { values, note };
    });
}

/** Small sizes, for which the same must hold; undefined where the workloads are no larger. */
export function draftEmulated(
  { dimensions }: Numbers,
  [workload]: readonly DraftedWorkload[],
): DraftedWorkload | undefined {
  if (workload === undefined || dimensions.length === 0) return undefined;
  const small = dimensions.map((name, place): [string, number] => {
    const most = unlike(EMULATED_BY_COUNT, dimensions, place);
    return [name, Math.min(workload.values[name] ?? most, most)];
  });
  const values = { ...workload.values, ...Object.fromEntries(small) };
  if (dimensions.every((name) => values[name] === workload.values[name])) return undefined;
  return { values, note: guess('small sizes, for a machine without a GPU') };
}

function usualOf(name: string): number | undefined {
  return USUAL.find(([pattern]) => pattern.test(name))?.[1];
}

function unlike(byCount: readonly number[], dimensions: readonly string[], place: number): number {
  return (byCount[dimensions.length - 1] ?? 8) * (place + 1);
}

/** Of a number that is passed and sizes nothing. */
function scalarOf(name: string): number {
  return /eps/i.test(name) ? 1e-5 : 1;
}

/** Extents are from 1 up; what is an integer in the code stays one. */
function usable(values: SeenValues['values'], dimensions: Numbers['dimensions'], others: Numbers['others']) {
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => {
      if (dimensions.includes(name)) return Number.isSafeInteger(value) && value > 0;
      const other = others.find((one) => one.name === name);
      return other !== undefined && (!other.isInteger || Number.isSafeInteger(value));
    }),
  );
}

function size(values: Readonly<Record<string, number>>, dimensions: readonly string[]): number {
  return dimensions.reduce((product, name) => product * (values[name] ?? 1), 1);
}
