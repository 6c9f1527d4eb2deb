import { type Argument, bytesOf, type DType, isFloat, type ScalarType } from '../core/target.ts';
import { elementOf } from '../targets/draft/cuda/c-type.ts';

/**
 * Whether a parameter, as a source declares it (`const float* __restrict__ x`), can take an argument as the configuration has it. Only what is
 * certainly wrong is refused: a pointer for a number, a number for a pointer, or floats of another type. A template's `T`, `float4` or a
 * `uint16_t` with the bits of a float may hold anything.
 */
export function takes(parameter: string, argument: Argument): boolean {
  const isPointer = /[*[]/.test(parameter);
  const type = parameter
    .replace(/[*&]|\[\w*\]|\b__restrict(__)?\b/g, ' ')
    .replace(/\w+\s*$/, '')
    .trim();
  const element = elementOf(type);
  const held = element?.lanes === 1 ? element.dtype : undefined;
  // An address fits into an integer of its width, too.
  const holdsAddress = isPointer || held === undefined || held === 'i64';
  switch (argument.kind) {
    case 'tensor':
      return holdsAddress && (held === undefined || !isWideFloat(held) || held === inMemory(argument.dtype));
    case 'scalar':
      return !isPointer && type !== 'cudaStream_t' && (held === undefined || isPassedAs(argument.type, held));
    case 'stream':
      return holdsAddress;
  }
}

/** Not those of 8 bits, which are often handled as bytes. */
function isWideFloat(dtype: DType): boolean {
  return isFloat(dtype) && bytesOf(dtype) > 1;
}

function inMemory(dtype: DType): DType {
  return dtype === 'tf32' ? 'f32' : dtype;
}

/** Integers go where wider ones do; a float goes another way, and as another number. */
function isPassedAs(type: ScalarType, held: DType): boolean {
  return isFloat(type) || isFloat(held) ? type === held : true;
}
