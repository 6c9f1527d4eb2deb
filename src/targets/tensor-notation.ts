import { nearest } from '../core/nearest.ts';
import type { DType, Extent, ValueRange } from '../core/target.ts';
import { dtypeMeantBy, parseDtype } from './dtype-notation.ts';
import { asExtent, type Formula } from './formula.ts';
import { LONGEST, takeFormula, takeList } from './parse-formula.ts';
import type { Parsed } from './parsed.ts';
import { NotationProblem, Tokens } from './tokens.ts';

/** What a notation such as `i64[rows, 2 * cols] in 0..vocabulary` says. */
export interface TensorNotation {
  readonly dtype: DType;
  readonly shape: readonly Extent[];
  readonly strides?: readonly Extent[];
  readonly alignment?: number;
  readonly range?: ValueRange;
  /** Those of its extents, strides and bounds that are formulas, by their text. */
  readonly formulas: ReadonlyMap<string, Formula>;
}

/** Names of tensors, scalars, dimensions and launchers: what C, CUDA and Python all take. */
export const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

const EXAMPLE = '"f32[rows, 128]"';

/** What can stand behind the extents. */
const CLAUSES: readonly string[] = ['in', 'strides', 'align'];

/** In bytes; 256 is what `cudaMalloc` gives. */
const ALIGNMENTS: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

type Clauses = { -readonly [Key in 'range' | 'strides' | 'alignment']?: TensorNotation[Key] };

/**
 * Parses `dtype[extent, …]`, each extent a formula that comes to a positive integer; `f32[]` is a single element. Behind it may stand
 * `in low..high`, the range that an input is drawn from; `strides [stride, …]`, in elements; and `align bytes`.
 */
export function parseTensorNotation(text: string): Parsed<TensorNotation> {
  try {
    return { ok: true, value: readTensor(text) };
  } catch (error) {
    if (error instanceof NotationProblem) return { ok: false, problem: error.message };
    throw error;
  }
}

function readTensor(text: string): TensorNotation {
  if (text.length > LONGEST) throw new NotationProblem(`has more than ${LONGEST} characters`);
  const bracket = text.indexOf('[');
  const dtype = parseDtype((bracket === -1 ? text : text.slice(0, bracket)).trim());
  if (bracket === -1) throw new NotationProblem(notTensor(text));
  if (!dtype.ok) throw new NotationProblem(text.trim().startsWith('[') ? notTensor('') : dtype.problem);
  const tokens = new Tokens(text.slice(bracket + 1));
  const formulas = new Map<string, Formula>();
  const named = (formula: Formula): Extent => asExtent(formula, formulas);
  const shape = takeList(tokens, ']', 'behind its extents').map((extent) => {
    if (typeof extent === 'number' && extent < 1)
      throw new NotationProblem(`has the extent ${extent}; an extent is an integer from 1 up`);
    return named(extent);
  });
  const clauses = takeClauses(tokens, named);
  const { strides = shape } = clauses;
  if (strides.length !== shape.length)
    throw new NotationProblem(`has strides for ${strides.length} of ${shape.length} extents; give each extent one`);
  return { dtype: dtype.value, shape, ...clauses, formulas };
}

function takeClauses(tokens: Tokens, named: (formula: Formula) => Extent): Clauses {
  const clauses: Clauses = {};
  for (let token = tokens.take(); token !== undefined; token = tokens.take()) {
    if (token.text === 'in' && clauses.range === undefined) clauses.range = takeRange(tokens, named);
    else if (token.text === 'strides' && clauses.strides === undefined) clauses.strides = takeStrides(tokens, named);
    else if (token.text === 'align' && clauses.alignment === undefined) clauses.alignment = takeAlignment(tokens);
    else throw new NotationProblem(misplaced(token.text));
  }
  return clauses;
}

/** Takes `[pitch, 1]`. */
function takeStrides(tokens: Tokens, named: (formula: Formula) => Extent): Extent[] {
  if (!tokens.takeIf('['))
    throw new NotationProblem('has no list behind "strides"; write one for each extent, such as "strides [pitch, 1]"');
  return takeList(tokens, ']', 'behind its strides').map((stride) => {
    if (typeof stride === 'number' && stride < 1)
      throw new NotationProblem(`has the stride ${stride}; a stride is an integer from 1 up, in elements`);
    return named(stride);
  });
}

function takeAlignment(tokens: Tokens): number {
  const text = tokens.take()?.text ?? '';
  const alignment = Number(text);
  if (!ALIGNMENTS.includes(alignment) || text === '')
    throw new NotationProblem(
      `has the alignment "${text}"; it is one of ${ALIGNMENTS.join(', ')} bytes (without one, it is 256)`,
    );
  return alignment;
}

/** Takes `low..high`. */
function takeRange(tokens: Tokens, named: (formula: Formula) => Extent): ValueRange {
  if (tokens.isNext('[') || tokens.isNext('{') || tokens.isNext('('))
    throw new NotationProblem('has brackets behind "in"; a range is written low..high, such as "in 0..rows"');
  const low = named(takeBound(tokens));
  if (!tokens.takeIf('..'))
    throw new NotationProblem('lacks ".." in its range; a range is written low..high, such as "in 0..rows"');
  const high = named(takeBound(tokens));
  if (typeof low === 'number' && typeof high === 'number' && low >= high)
    throw new NotationProblem(
      `has the range ${low}..${high}, which is empty; it begins at the first and ends ahead of the second`,
    );
  return { low, high };
}

/** A formula; or a number with a fraction, which only ranges of floats have. */
function takeBound(tokens: Tokens): Formula {
  const negative = tokens.isNext('-') && isFraction(tokens.peek(1)?.text);
  if (negative) tokens.take();
  if (isFraction(tokens.peek()?.text)) return Number(tokens.take()?.text) * (negative ? -1 : 1);
  return takeFormula(tokens);
}

function isFraction(text = ''): boolean {
  return /^\d+[.eE]/.test(text);
}

function notTensor(text: string): string {
  const meant = dtypeMeantBy(text.trim());
  const inParentheses = /^\s*\w+\s*\(.*\)\s*$/.test(text);
  const hint = inParentheses
    ? 'write its extents in brackets'
    : meant === undefined
      ? 'write its dtype and extents'
      : `write ${meant} and its extents`;
  return `is not a tensor; ${hint}, such as ${EXAMPLE}`;
}

function misplaced(text: string): string {
  if (text === '[') return `has a second pair of brackets; write all extents in one, such as ${EXAMPLE}`;
  if (CLAUSES.includes(text)) return `has "${text}" twice`;
  const meant = nearest(text, CLAUSES);
  const advice = meant === undefined ? 'there can stand in, strides and align' : `did you mean "${meant}"?`;
  return `has "${text}" behind its extents; ${advice}`;
}
