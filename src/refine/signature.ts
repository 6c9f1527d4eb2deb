import type { Argument, DType, ScalarType, Target } from '../core/target.ts';

const C_TYPES: Readonly<Record<DType | ScalarType, string>> = {
  f64: 'double',
  f32: 'float',
  f16: '__half',
  bf16: '__nv_bfloat16',
  i8: 'int8_t',
  i16: 'int16_t',
  i32: 'int',
  i64: 'int64_t',
  u8: 'uint8_t',
  bool: 'bool',
};

/** The launcher as it is called, in C. */
export function signatureOf(target: Target): string {
  return `extern "C" void ${target.entry}(${target.arguments.map(parameterOf).join(', ')})`;
}

function parameterOf(argument: Argument): string {
  if (argument.kind === 'stream') return `cudaStream_t ${argument.name}`;
  if (argument.kind === 'scalar') return `${C_TYPES[argument.type]} ${argument.name}`;
  return `${argument.role === 'input' ? 'const ' : ''}${C_TYPES[argument.dtype]}* ${argument.name}`;
}

/** One line for each argument: role, element type, shape. */
export function argumentLines(target: Target): string[] {
  return target.arguments.map((argument) => {
    if (argument.kind === 'stream') return `- ${argument.name}: the stream on which all work must run`;
    if (argument.kind === 'scalar') return `- ${argument.name}: ${argument.type}, by value`;
    return `- ${argument.name}: ${argument.role}, ${argument.dtype}[${argument.shape.join(', ')}], row-major and contiguous`;
  });
}
