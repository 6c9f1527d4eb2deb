import { nearest } from '../core/nearest.ts';
import { SCALAR_TYPES, type ScalarType } from '../core/target.ts';
import { dtypeMeantBy } from './dtype-notation.ts';
import type { Parsed } from './parsed.ts';

/** What a notation such as `i32 in {0, 1} = 0` says. */
export interface ScalarNotation {
  readonly type: ScalarType;
  /** The only values that it can have. */
  readonly allowed?: readonly number[];
  /** For workloads that do not set it. */
  readonly default?: number;
}

const LARGEST_F32 = 3.4028234663852886e38;

/** Parses `type`, `type = value`, `type in {value, …}` or `type in {value, …} = value`. */
export function parseScalarNotation(text: string): Parsed<ScalarNotation> {
  const [declared = '', ...defaults] = text.split('=').map((part) => part.trim());
  const [, type = '', list] = /^([^\s{[(]*)(?:\s+in\b\s*(.*))?$/.exec(declared) ?? ['', declared];
  if (!isScalarType(type)) {
    const meant = type === 'bool' ? 'i32' : (dtypeMeantBy(type) ?? nearest(type, SCALAR_TYPES) ?? '');
    const hint = isScalarType(meant) ? `; did you mean "${meant}"?` : '';
    return { ok: false, problem: `has the type "${type}"; a scalar is one of ${SCALAR_TYPES.join(', ')}${hint}` };
  }
  const allowed = list === undefined ? undefined : parseAllowed(type, list);
  if (allowed?.ok === false) return allowed;
  const notation = { type, ...(allowed && { allowed: allowed.value }) };
  if (defaults.length === 0) return { ok: true, value: notation };
  const usual = parseNumber(type, defaults.join('='));
  if (!usual.ok) return { ok: false, problem: `has the default ${usual.problem}` };
  if (notation.allowed?.includes(usual.value) === false)
    return { ok: false, problem: `has the default ${usual.value}, which is none of ${notation.allowed.join(', ')}` };
  return { ok: true, value: { ...notation, default: usual.value } };
}

/** Parses `{0, 1}`. */
function parseAllowed(type: ScalarType, text: string): Parsed<readonly number[]> {
  const inner = /^\{([^{}]*)\}$/.exec(text)?.[1];
  if (inner === undefined)
    return { ok: false, problem: 'lists no values behind "in"; write them in braces, such as "i32 in {0, 1}"' };
  const values: number[] = [];
  for (const part of inner.split(',')) {
    const value = parseNumber(type, part.trim());
    if (!value.ok) return { ok: false, problem: `lists ${value.problem}` };
    if (values.includes(value.value)) return { ok: false, problem: `lists ${value.value} twice` };
    values.push(value.value);
  }
  return { ok: true, value: values };
}

function parseNumber(type: ScalarType, text: string): Parsed<number> {
  const number = text === '' ? Number.NaN : Number(text);
  const problem = Number.isNaN(number) ? 'is not a number' : scalarProblem(type, number);
  return problem === undefined ? { ok: true, value: number } : { ok: false, problem: `"${text}", which ${problem}` };
}

/** Why `value` cannot be passed as `type`, to follow "which"; undefined when it can. */
export function scalarProblem(type: ScalarType, value: number): string | undefined {
  switch (type) {
    case 'i32':
      return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31
        ? undefined
        : 'is not an integer of 32 bits';
    case 'i64':
      return Number.isSafeInteger(value) ? undefined : 'is not an integer between -2^53 and 2^53';
    case 'f32':
      return Math.abs(value) <= LARGEST_F32 ? undefined : 'does not fit an f32';
    case 'f64':
      return Number.isFinite(value) ? undefined : 'is not finite';
  }
}

function isScalarType(name: string): name is ScalarType {
  return (SCALAR_TYPES as readonly string[]).includes(name);
}
