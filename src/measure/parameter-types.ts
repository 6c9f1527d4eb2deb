import { type Argument, bytesOf, type DType, type ScalarType } from '../core/target.ts';

/** What these types of C++ hold for certain. Others, such as a template's `T`, `float4` or a `uint16_t` with the bits of a float, may hold anything. */
const FLOATS: Readonly<Record<string, readonly DType[]>> = {
  double: ['f64'],
  float: ['f32', 'tf32'],
  half: ['f16'],
  __half: ['f16'],
  nv_bfloat16: ['bf16'],
  __nv_bfloat16: ['bf16'],
};
const NARROW = /^(?:bool|(?:un)?signed|(?:(?:un)?signed )?(?:int|short|char)|u?int(?:8|16|32)_t)$/;
/** An address fits into these too. */
const WIDE = /^(?:(?:unsigned )?long(?: long)?|u?int64_t|size_t)$/;

/**
 * Whether a parameter, as a source declares it (`const float* __restrict__ x`), can take an argument as the configuration has it. Only what is
 * certainly wrong is refused: a pointer for a number, a number for a pointer, or floats of another type.
 */
export function takes(parameter: string, argument: Argument): boolean {
  const isPointer = /[*[]/.test(parameter);
  const type = parameter
    .replace(/\b(?:const|volatile|__restrict__|__restrict|restrict)\b|[*&]|\[\w*\]/g, ' ')
    .replace(/\w+\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  const holdsAddress = isPointer || !(type in FLOATS || NARROW.test(type));
  switch (argument.kind) {
    case 'tensor':
      return holdsAddress && (FLOATS[type]?.includes(argument.dtype) ?? true);
    case 'scalar':
      return !isPointer && type !== 'cudaStream_t' && isPassedAs(argument.type, type);
    case 'stream':
      return holdsAddress;
  }
}

/** Integers go where wider ones do; a float goes another way, and as another number. */
function isPassedAs(type: ScalarType, parameter: string): boolean {
  const isFloat = type === 'f32' || type === 'f64';
  const floats = FLOATS[parameter];
  if (floats !== undefined) return isFloat && floats.some((one) => bytesOf(one) === bytesOf(type));
  return !(isFloat && (NARROW.test(parameter) || WIDE.test(parameter)));
}
