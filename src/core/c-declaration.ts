import type { Argument, DType, ScalarType } from './target.ts';

const C_TYPES: Readonly<Record<DType | ScalarType, string>> = {
  f64: 'double',
  f32: 'float',
  tf32: 'float',
  f16: '__half',
  bf16: '__nv_bfloat16',
  f8e4m3: '__nv_fp8_e4m3',
  f8e5m2: '__nv_fp8_e5m2',
  i8: 'int8_t',
  i16: 'int16_t',
  i32: 'int',
  i64: 'int64_t',
  u8: 'uint8_t',
  bool: 'bool',
};

/** A parameter as a launcher or a kernel declares it: `const float* x`. */
export function parameterOf(argument: Argument): string {
  if (argument.kind === 'stream') return `cudaStream_t ${argument.name}`;
  if (argument.kind === 'scalar') return `${C_TYPES[argument.type]} ${argument.name}`;
  return `${argument.role === 'input' ? 'const ' : ''}${C_TYPES[argument.dtype]}* ${argument.name}`;
}
