import { describe, expect, it } from 'vitest';
import type { Argument, DType, ScalarType } from '../../src/core/target.ts';
import { takes } from '../../src/measure/parameter-types.ts';

const tensor = (dtype: DType): Argument => ({ kind: 'tensor', name: 'x', role: 'input', dtype, shape: ['n'] });
const scalar = (type: ScalarType): Argument => ({ kind: 'scalar', name: 'n', type });
const STREAM: Argument = { kind: 'stream', name: 'stream' };

describe('a parameter takes', () => {
  it.each([
    ['const float* __restrict__ x', tensor('f32')],
    ['float *x', tensor('tf32')],
    ['float x[]', tensor('f32')],
    ['const __half* x', tensor('f16')],
    ['__nv_bfloat16 *x', tensor('bf16')],
    // What may hold anything.
    ['const T* x', tensor('f16')],
    ['const void* x', tensor('f32')],
    ['const float4* x', tensor('f32')],
    ['const uint16_t* x', tensor('bf16')],
    ['const uint8_t* x', tensor('f8e4m3')],
    ['cutlass::half_t* x', tensor('f16')],
    ['uint64_t x', tensor('f32')],
    ['int n', scalar('i32')],
    ['const int n', scalar('i64')],
    ['size_t n', scalar('i32')],
    ['unsigned long long n', scalar('i64')],
    ['float eps', scalar('f32')],
    ['double eps', scalar('f64')],
    ['T scale', scalar('f32')],
    ['constructor scale', scalar('f32')],
    ['toString* x', tensor('f32')],
    ['cudaStream_t stream', STREAM],
    ['void* stream', STREAM],
    ['int64_t stream', STREAM],
  ])('%s', (parameter, argument) => {
    expect(takes(parameter, argument)).toBe(true);
  });
});

describe('a parameter does not take', () => {
  it.each([
    ['const float* x', tensor('f16')],
    ['half* x', tensor('bf16')],
    ['float* x', tensor('i32')],
    ['double* x', tensor('f32')],
    ['int n', tensor('f32')],
    ['float eps', tensor('f32')],
    ['const float* x', scalar('i32')],
    ['cudaStream_t stream', scalar('i32')],
    ['int n', scalar('f32')],
    ['int64_t n', scalar('f64')],
    ['float eps', scalar('i32')],
    ['float eps', scalar('f64')],
    ['double eps', scalar('f32')],
    ['int n', STREAM],
    ['float eps', STREAM],
  ])('%s', (parameter, argument) => {
    expect(takes(parameter, argument)).toBe(false);
  });
});
