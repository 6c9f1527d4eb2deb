import { type Formula, namesIn } from '../../formula.ts';
import { type Note, todo } from '../draft.ts';
import { substitute } from './c-formula.ts';
import type { CFunction } from './c-function.ts';
import { scalarOf } from './c-type.ts';

/** Grid, block and shared memory, over the kernel's own numbers and others that workloads set. */
export interface Launch {
  readonly grid: readonly Formula[];
  readonly block: readonly Formula[];
  readonly shared: Formula;
  readonly note: Note;
}

/** Whether a thread's or a block's second or third number matters. */
export function countsInPlane({ body: { definitions, bounds, accesses } }: CFunction): boolean {
  const formulas = [
    ...[...definitions.values()].map(({ value }) => value),
    ...bounds.flatMap(({ left, bound }) => [left, bound]),
    ...accesses.map(({ index }) => index),
  ];
  return formulas.flatMap(namesIn).some((name) => /^(thread|block)Idx\.[yz]$/.test(name));
}

const THREADS = 256;

/** Where nobody launches it: one block for each row where a block's own number is one, else one thread for each element of what bounds the threads. */
export function guessLaunch(kernel: CFunction): Launch | undefined {
  const numbers = new Set(kernel.parameters.filter(({ pointers }) => pointers === 0).map(({ name }) => name));
  const bound = kernel.body.bounds
    .map((each) => each.bound)
    .find((each): each is string => typeof each === 'string' && numbers.has(each));
  if (bound === undefined) return undefined;
  const grid: Formula = rowsOf(kernel, numbers) ?? { operator: 'ceil_div', operands: [bound, THREADS] };
  return {
    grid: [grid],
    block: [THREADS],
    shared: 0,
    note: todo('nothing in the repository launches it; say how it is launched'),
  };
}

/**
 * The parameter that counts blocks, where the number of a block is never added to that of a thread: what that number is compared with, else a
 * number that the kernel is passed and compares with nothing, such as the rows of `x + blockIdx.x * cols`.
 */
function rowsOf({ body, parameters }: CFunction, numbers: ReadonlySet<string>): string | undefined {
  const { definitions, bounds, accesses } = body;
  // A variable of variables of variables is as deep as a row of a warp of a block goes.
  const once = (formula: Formula) => substitute(formula, (name) => definitions.get(name)?.value);
  const whole = (formula: Formula) => once(once(once(formula)));
  const formulas = [...bounds.map(({ left }) => left), ...[...definitions.values()].map(({ value }) => value)].map(
    whole,
  );
  const hasBlock = (formula: Formula) => namesIn(formula).includes('blockIdx.x');
  if (formulas.some((each) => hasBlock(each) && namesIn(each).includes('threadIdx.x'))) return undefined;
  if (![...formulas, ...accesses.map(({ index }) => whole(index))].some(hasBlock)) return undefined;
  const compared = bounds.find(
    ({ left, bound }) => hasBlock(whole(left)) && typeof bound === 'string' && numbers.has(bound),
  );
  if (typeof compared?.bound === 'string') return compared.bound;
  const used = new Set(
    [...bounds.map(({ bound }) => bound), ...formulas, ...accesses.map(({ index }) => index)].flatMap(namesIn),
  );
  return parameters.find(({ name, type }) => numbers.has(name) && scalarOf(type)?.startsWith('i') && !used.has(name))
    ?.name;
}
