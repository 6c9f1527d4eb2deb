import { SCALAR_TYPES, type ScalarType } from '../core/target.ts';
import { didYouMean } from './nearest.ts';
import type { Parsed } from './parsed.ts';

/** What a notation such as `f32 = 1e-5` says. */
export interface ScalarNotation {
  readonly type: ScalarType;
  /** For workloads that do not set it. */
  readonly default?: number;
}

const LARGEST_F32 = 3.4028234663852886e38;

/** Parses `type` or `type = value`. */
export function parseScalarNotation(text: string): Parsed<ScalarNotation> {
  const [type = '', value, ...rest] = text.split('=').map((part) => part.trim());
  if (!isScalarType(type)) {
    const hint = didYouMean(type, SCALAR_TYPES);
    return { ok: false, problem: `has the type "${type}"; a scalar is one of ${SCALAR_TYPES.join(', ')}${hint}` };
  }
  if (value === undefined) return { ok: true, value: { type } };
  const number = value === '' || rest.length > 0 ? Number.NaN : Number(value);
  const problem = Number.isNaN(number) ? `is not a number` : scalarProblem(type, number);
  if (problem !== undefined)
    return { ok: false, problem: `has the default "${[value, ...rest].join('=')}", which ${problem}` };
  return { ok: true, value: { type, default: number } };
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
