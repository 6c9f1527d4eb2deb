import { evaluate } from '../../targets/formula.ts';
import { presentValues, type TuneSpace, type Values } from './space.ts';

export const MOST_COMBINATIONS = 64;

/** Of a space of more combinations, those with values far from the present ones in several places are never listed. */
const MOST_LISTED = 1 << 14;

/** What is chosen from, for one tunable: a value, and how many steps along the sorted values it is from the present one. */
interface Choice {
  readonly name: string;
  readonly value: number;
  readonly steps: number;
}

/**
 * The sensible combinations of a space, at most `most`, the present one first and then by their distance from it: the sum of the squares
 * of the steps that each value is away, along its tunable's sorted values. Where there are more than `most`, the choice is made of
 *
 * 1. the present one,
 * 2. each other value of each tunable with all others as they are, which spreads over every tunable's range,
 * 3. the nearest of the rest.
 *
 * Equally near ones stand in the order of the tunables and their values, so the same space always gives the same list.
 *
 * @param isKnown tells what shall not be among them, such as what was tried before
 */
export function combinations(
  space: TuneSpace,
  most = MOST_COMBINATIONS,
  isKnown: (values: Values) => boolean = () => false,
): readonly Values[] {
  const present = presentValues(space);
  const limits = space.limits.filter((limit) => keeps(limit, { ...space.constants, ...present }));
  const lists = space.tunables.map(choicesOf);
  const all = distinct([...oneByOne(lists), ...product(narrowed(lists))])
    .filter((choices) => !isKnown(named(choices)))
    .filter((choices) => isPresent(choices) || limits.every((limit) => keeps(limit, valuesOf(space, choices))))
    .toSorted((a, b) => distance(a) - distance(b));
  if (all.length <= most) return all.map(named);
  const alone = all.filter((choices) => choices.filter(({ steps }) => steps !== 0).length <= 1);
  const kept = new Set([...new Set([...alone, ...all])].slice(0, most));
  return all.filter((choices) => kept.has(choices)).map(named);
}

function choicesOf({ name, value, alternatives }: TuneSpace['tunables'][number]): Choice[] {
  const sorted = [...new Set([value, ...alternatives])].sort((a, b) => a - b);
  const here = sorted.indexOf(value);
  return sorted.map((one, index) => ({ name, value: one, steps: index - here }));
}

/** Leaves out the values that are furthest from the present ones, those of the longest lists first. */
function narrowed(lists: readonly Choice[][]): readonly Choice[][] {
  const kept = [...lists];
  while (kept.reduce((count, list) => count * list.length, 1) > MOST_LISTED) {
    const longest = kept.reduce((at, list, index) => (list.length > (kept[at]?.length ?? 0) ? index : at), 0);
    const list = kept[longest] ?? [];
    const furthest = list.reduce((far, choice) => (Math.abs(choice.steps) > Math.abs(far.steps) ? choice : far));
    kept[longest] = list.filter((choice) => choice !== furthest);
  }
  return kept;
}

/** The present choices, with each other choice of one list in its place. */
function oneByOne(lists: readonly Choice[][]): Choice[][] {
  const present = lists.flatMap((list) => list.filter(({ steps }) => steps === 0));
  return lists.flatMap((list, index) => list.map((choice) => present.with(index, choice)));
}

function distinct(sets: readonly Choice[][]): Choice[][] {
  return [...new Map(sets.map((set) => [set.map(({ steps }) => steps).join(' '), set])).values()];
}

function product(lists: readonly Choice[][]): Choice[][] {
  return lists.reduce<Choice[][]>((sets, list) => sets.flatMap((set) => list.map((choice) => [...set, choice])), [[]]);
}

function isPresent(choices: readonly Choice[]): boolean {
  return choices.every(({ steps }) => steps === 0);
}

function distance(choices: readonly Choice[]): number {
  return choices.reduce((sum, { steps }) => sum + steps * steps, 0);
}

function named(choices: readonly Choice[]): Values {
  return Object.fromEntries(choices.map(({ name, value }) => [name, value]));
}

function valuesOf({ constants }: TuneSpace, choices: readonly Choice[]): Values {
  return { ...constants, ...named(choices) };
}

/** What cannot be computed is left to the compiler and the judge. */
function keeps({ amount, most }: TuneSpace['limits'][number], values: Values): boolean {
  const computed = evaluate(amount, values);
  return !computed.ok || computed.value <= most;
}
