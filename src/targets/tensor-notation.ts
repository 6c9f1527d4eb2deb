import { DTYPES, type DType } from '../core/target.ts';
import { nearest } from './nearest.ts';
import type { Parsed } from './parsed.ts';

/** What a notation such as `f32[rows, 128]` says. */
export interface TensorNotation {
  readonly dtype: DType;
  readonly shape: readonly (number | string)[];
}

/** Names of tensors, scalars, dimensions and launchers: what C, CUDA and Python all take. */
export const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What people write who come from C, NumPy or PyTorch. */
const OTHER_NAMES: Readonly<Record<string, DType>> = {
  float: 'f32',
  float32: 'f32',
  fp32: 'f32',
  double: 'f64',
  float64: 'f64',
  fp64: 'f64',
  half: 'f16',
  float16: 'f16',
  fp16: 'f16',
  bfloat16: 'bf16',
  int: 'i32',
  int8: 'i8',
  int16: 'i16',
  int32: 'i32',
  int64: 'i64',
  long: 'i64',
  uint8: 'u8',
  boolean: 'bool',
};

/** Parses `dtype[extent, …]`: each extent a positive integer or the name of a dimension; `f32[]` is a single element. */
export function parseTensorNotation(text: string): Parsed<TensorNotation> {
  const match = /^\s*([A-Za-z_]\w*)\s*\[([^[\]]*)\]\s*$/.exec(text);
  if (match === null)
    return { ok: false, problem: 'is not a tensor; write its dtype and extents, such as "f32[rows, 128]"' };
  const [, dtype = '', extents = ''] = match;
  if (!isDType(dtype)) return { ok: false, problem: `has the unknown dtype "${dtype}"; ${dtypeAdvice(dtype)}` };
  const parts = extents.trim() === '' ? [] : extents.split(',').map((part) => part.trim());
  const shape: (number | string)[] = [];
  for (const part of parts) {
    if (IDENTIFIER.test(part)) shape.push(part);
    else if (/^\d+$/.test(part) && Number(part) > 0 && Number.isSafeInteger(Number(part))) shape.push(Number(part));
    else return { ok: false, problem: extentProblem(part) };
  }
  return { ok: true, value: { dtype, shape } };
}

function isDType(name: string): name is DType {
  return (DTYPES as readonly string[]).includes(name);
}

/** `did you mean "f32"? (one of f64, f32, …)`. */
function dtypeAdvice(dtype: string): string {
  const meant = Object.hasOwn(OTHER_NAMES, dtype.toLowerCase())
    ? OTHER_NAMES[dtype.toLowerCase()]
    : nearest(dtype, DTYPES);
  return `${meant === undefined ? '' : `did you mean "${meant}"? `}it is one of ${DTYPES.join(', ')}`;
}

function extentProblem(part: string): string {
  if (part === '') return 'has an empty extent between its commas';
  if (/^-?\d+$/.test(part)) return `has the extent ${part}; an extent is an integer from 1 up`;
  return `has the extent "${part}"; an extent is an integer from 1 up or one name: give an expression a name of its own and set it in each workload`;
}
