import type { DType, Extent, ValueRange } from '../core/target.ts';
import { dtypeMeantBy, parseDtype } from './dtype-notation.ts';
import { type Formula, formatFormula } from './formula.ts';
import { nearest } from './nearest.ts';
import { LONGEST, takeFormula, takeList } from './parse-formula.ts';
import type { Parsed } from './parsed.ts';
import { NotationProblem, Tokens } from './tokens.ts';

/** What a notation such as `i64[rows, 2 * cols] in 0..vocabulary` says. */
export interface TensorNotation {
  readonly dtype: DType;
  readonly shape: readonly Extent[];
  readonly range?: ValueRange;
  /** Those of its extents and bounds that are formulas, by their text. */
  readonly formulas: ReadonlyMap<string, Formula>;
}

/** Names of tensors, scalars, dimensions and launchers: what C, CUDA and Python all take. */
export const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

const EXAMPLE = '"f32[rows, 128]"';

/** What can stand behind the extents. */
const CLAUSES = ['in'] as const;

/**
 * Parses `dtype[extent, …]`, each extent a formula that comes to a positive integer; `f32[]` is a single element. Behind it may stand
 * `in low..high`, the range that an input is drawn from.
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
  const named = (formula: Formula): Extent => {
    if (typeof formula !== 'object') return formula;
    formulas.set(formatFormula(formula), formula);
    return formatFormula(formula);
  };
  const shape = takeList(tokens, ']', 'behind its extents').map((extent) => {
    if (typeof extent === 'number' && extent < 1)
      throw new NotationProblem(`has the extent ${extent}; an extent is an integer from 1 up`);
    return named(extent);
  });
  const clauses = takeClauses(tokens, named);
  return { dtype: dtype.value, shape, ...clauses, formulas };
}

function takeClauses(tokens: Tokens, named: (formula: Formula) => Extent): Pick<TensorNotation, 'range'> {
  const clauses: { range?: ValueRange } = {};
  for (let token = tokens.take(); token !== undefined; token = tokens.take()) {
    if (token.text === 'in' && clauses.range === undefined) clauses.range = takeRange(tokens, named);
    else throw new NotationProblem(misplaced(token.text));
  }
  return clauses;
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
  if ((CLAUSES as readonly string[]).includes(text)) return `has "${text}" twice`;
  const meant = nearest(text, CLAUSES);
  return `has "${text}" behind its extents${meant === undefined ? '; only a range can stand there, such as "in 0..rows"' : `; did you mean "${meant}"?`}`;
}
