import { nearest } from '../core/nearest.ts';
import { DTYPES, type DType } from '../core/target.ts';
import type { Parsed } from './parsed.ts';

/** What people write who come from C, CUDA, NumPy, PyTorch or Triton. */
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
  tensorfloat32: 'tf32',
  fp8: 'f8e4m3',
  f8: 'f8e4m3',
  fp8_e4m3: 'f8e4m3',
  fp8_e5m2: 'f8e5m2',
  float8_e4m3fn: 'f8e4m3',
  float8_e5m2: 'f8e5m2',
  float8e4nv: 'f8e4m3',
  float8e5: 'f8e5m2',
  e4m3: 'f8e4m3',
  e5m2: 'f8e5m2',
  int: 'i32',
  int8: 'i8',
  int16: 'i16',
  short: 'i16',
  int32: 'i32',
  int64: 'i64',
  long: 'i64',
  size: 'i64',
  uint8: 'u8',
  // There are no wider unsigned ones: torch can do little with them.
  u16: 'i16',
  uint16: 'i16',
  u32: 'i32',
  uint32: 'i32',
  unsigned: 'i32',
  u64: 'i64',
  uint64: 'i64',
  byte: 'u8',
  boolean: 'bool',
};

/** Parses `f32`, and says of other ways to write a dtype what it is called here. */
export function parseDtype(text: string): Parsed<DType> {
  if (isDType(text)) return { ok: true, value: text };
  const meant = dtypeMeantBy(text) ?? nearest(text, DTYPES);
  const hint = meant === undefined ? '' : `did you mean "${meant}"? `;
  return { ok: false, problem: `has the unknown dtype "${text}"; ${hint}it is one of ${DTYPES.join(', ')}` };
}

/** The dtype that is called `torch.float32`, `const float*` or `__half` elsewhere. */
export function dtypeMeantBy(text: string): DType | undefined {
  const plain = text
    .toLowerCase()
    .replace(/^const\s+/, '')
    .replace(/[\s*&]+$/, '')
    .replace(/^(torch|np|numpy|tl|std::|jnp)\./, '')
    .replace(/^(__nv_|__|nv_|std::)/, '')
    .replace(/_t$/, '');
  if (isDType(plain)) return plain;
  return Object.hasOwn(OTHER_NAMES, plain) ? OTHER_NAMES[plain] : undefined;
}

function isDType(name: string): name is DType {
  return (DTYPES as readonly string[]).includes(name);
}
