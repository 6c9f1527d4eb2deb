import { type Formula, namesIn, operation } from '../../formula.ts';
import { isPlain, substitute } from './c-formula.ts';
import type { Access, Body, CFunction } from './c-function.ts';
import { canonical, type Term, termsOf } from './polynomial.ts';

/** The extents that an index tells of, the outermost first; an extent that nothing bounds is undefined. */
export interface FoundShape {
  readonly extents: readonly (Formula | undefined)[];
  /** The array whose elements are rows of this one, in `table[ids[i] * cols + c]`. */
  readonly indexedBy?: string;
  readonly access: Access;
}

/** What the index arithmetic of one function is read with. */
export interface IndexContext {
  readonly body: Body;
  /** Integer parameters, which are the numbers that extents can have in them. */
  readonly integers: ReadonlySet<string>;
  readonly pointers: ReadonlySet<string>;
  readonly constants: ReadonlyMap<string, number>;
}

/** Of loops in loops. */
const DEEPEST = 8;

export function indexContext(
  { parameters, body }: CFunction,
  isInteger: (type: string) => boolean,
  constants: ReadonlyMap<string, number>,
): IndexContext {
  const names = (wanted: (pointers: number, type: string) => boolean) =>
    new Set(parameters.filter(({ pointers, type }) => wanted(pointers, type)).map(({ name }) => name));
  return {
    body,
    integers: names((pointers, type) => pointers === 0 && isInteger(type)),
    pointers: names((pointers) => pointers > 0),
    constants,
  };
}

/** The parameter that an access reaches, through variables such as `row = x + r * cols`, and the whole index from its beginning. */
export function resolveAccess(
  { array, index }: Access,
  { body, pointers }: IndexContext,
  depth = 0,
): { readonly pointer: string; readonly index: Formula; readonly vector: boolean } | undefined {
  const advanced = body.advanced.get(array);
  const whole = advanced === undefined ? index : operation('+', advanced, index);
  if (pointers.has(array)) return { pointer: array, index: whole, vector: false };
  const definition = body.definitions.get(array);
  if (definition === undefined || depth > DEEPEST) return undefined;
  const based = baseOf(definition.value);
  if (based === undefined) return undefined;
  const access = {
    array: based.name,
    index: operation('+', based.offset, whole),
    how: 'read',
    vector: false,
    line: 0,
  } as const;
  const found = resolveAccess(access, { body, pointers, integers: new Set(), constants: new Map() }, depth + 1);
  return found && { ...found, vector: found.vector || definition.vector };
}

/** `x` and `r * cols` of `x + r * cols`: the pointer is what stands leftmost. */
function baseOf(formula: Formula): { readonly name: string; readonly offset: Formula } | undefined {
  if (typeof formula === 'string') return { name: formula, offset: 0 };
  if (typeof formula === 'number' || formula.operator !== '+') return undefined;
  const left = baseOf(formula.operands[0]);
  return left && { name: left.name, offset: operation('+', left.offset, formula.operands[1]) };
}

/**
 * The shape that an index tells: the strides in it, each a product of integer parameters, are those of a row-major tensor when each divides the
 * next; then their ratios are the inner extents, and the outermost is what bounds the variable at the largest stride.
 */
export function shapeOf(access: Access, index: Formula, context: IndexContext): FoundShape | undefined {
  const terms = termsOf(withoutVariables(index, context));
  if (terms === undefined) return undefined;
  const levels = levelsOf(terms, context);
  const extents: (Formula | undefined)[] = [];
  let inner: readonly string[] = [];
  for (const { stride } of levels.slice(1)) {
    const ratio = quotient(stride, inner);
    if (ratio === undefined) return undefined;
    extents.unshift(ratio.map(factorOf).reduce((left, right) => operation('*', left, right)));
    inner = stride;
  }
  const outermost = levels.at(-1)?.variables ?? [];
  const indexedBy = outermost.map((name) => /^(\w+)\[/.exec(name)?.[1]).find((name) => name !== undefined);
  return { extents: [boundOf(outermost, context), ...extents], ...(indexedBy !== undefined && { indexedBy }), access };
}

/** Constants as numbers, and variables as what they are defined as, where nothing bounds them by themselves. */
function withoutVariables(formula: Formula, context: IndexContext, depth = 0): Formula {
  const { body, integers, constants } = context;
  return substitute(formula, (name) => {
    if (integers.has(name)) return undefined;
    const constant = constants.get(name);
    if (constant !== undefined) return constant;
    const value = body.definitions.get(name)?.value;
    if (value === undefined || depth > DEEPEST || isBounded(name, context) || namesIn(value).includes(name))
      return undefined;
    return withoutVariables(value, context, depth + 1);
  });
}

interface Level {
  /** Factors of the stride, sorted; none for 1. */
  readonly stride: readonly string[];
  readonly variables: string[];
}

/** The strides, the smallest first, and what stands at each. */
function levelsOf(terms: readonly Term[], context: IndexContext): Level[] {
  const levels = new Map<string, Level>([['', { stride: [], variables: [] }]]);
  for (const { coefficient, factors } of terms) {
    const variables = factors.filter((factor) => !context.integers.has(factor));
    // An offset without a variable moves everything alike.
    if (variables.length === 0) continue;
    const integers = factors.filter((factor) => context.integers.has(factor));
    // `3 * i + 1` is row i of rows of three where `i < n`; where `3 * i < n`, it is only a step.
    const numbers = coefficient > 1 && variables.some((name) => isBounded(name, context)) ? [`${coefficient}`] : [];
    const stride = [...integers, ...numbers].sort();
    const key = stride.join('*');
    const level = levels.get(key) ?? { stride, variables: [] };
    level.variables.push(...variables);
    levels.set(key, level);
  }
  return [...levels.values()].sort((a, b) => a.stride.length - b.stride.length);
}

/** The factors of `whole` that `part` lacks; undefined where it does not divide it. */
function quotient(whole: readonly string[], part: readonly string[]): string[] | undefined {
  const rest = [...whole];
  for (const factor of part) {
    const index = rest.indexOf(factor);
    if (index === -1) return undefined;
    rest.splice(index, 1);
  }
  return rest.length === 0 ? undefined : rest;
}

function factorOf(text: string): Formula {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function isBounded(name: string, { body }: IndexContext): boolean {
  return body.bounds.some(({ left, bound }) => left === name && bound !== 0);
}

/** What the sum of variables is compared with; else what one of them is; else the grid where it is the number of a block. */
function boundOf(variables: readonly string[], context: IndexContext): Formula | undefined {
  const { body } = context;
  const sum = variables.map((name): Formula => name).reduce((left, right) => operation('+', left, right), 0);
  const usable = body.bounds
    .map(({ left, bound }) => ({ left, bound: withoutVariables(bound, context) }))
    .filter(({ bound }) => bound !== 0 && namesIn(bound).some((name) => context.integers.has(name)) && isPlain(bound));
  const whole = usable.find(({ left }) => canonical(withoutVariables(left, context)) === canonical(sum));
  if (whole !== undefined) return whole.bound;
  // A block's own number says more than that of a thread in it.
  const byWeight = [...variables].sort((a, b) => Number(a.startsWith('threadIdx')) - Number(b.startsWith('threadIdx')));
  for (const name of byWeight) {
    const own = usable.find(({ left }) => left === name) ?? usable.find(({ left }) => namesIn(left).includes(name));
    if (own !== undefined) return own.bound;
    if (/^blockIdx\.[xyz]$/.test(name) && variables.length === 1) return name.replace('blockIdx', 'gridDim');
    if (/^threadIdx\.[xyz]$/.test(name) && variables.length === 1) return name.replace('threadIdx', 'blockDim');
  }
  return undefined;
}
