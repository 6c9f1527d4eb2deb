import { describe, expect, it } from 'vitest';
import { declaredParameters } from '../../src/measure/declared-parameters.ts';

describe('declaredParameters', () => {
  it.each([
    [
      'a launcher',
      'extern "C" void f(const float* x, int n, cudaStream_t stream) {',
      'const float* x|int n|cudaStream_t stream',
    ],
    [
      'a kernel that is a template',
      'template <int N> __global__ void f(const T *__restrict__ x,\n  int64_t n)\n{',
      'const T *__restrict__ x|int64_t n',
    ],
    [
      'types with commas and namespaces',
      'void f(std::array<int, 4> shape, cuda::Layout<2>& l, unsigned long long n) {',
      'std::array<int, 4> shape|cuda::Layout<2>& l|unsigned long long n',
    ],
    [
      'a definition behind its declaration and before its calls',
      'void f(int n);\nvoid f(int n) { g(f(1)); }\nvoid g() { if (f(2)) { f(3); } }',
      'int n',
    ],
    ['a definition with a comment in it', 'void f(float* x /* (rows, cols) */, // in\n int n) {', 'float* x|int n'],
    ['the same definition under two conditions', '#if A\nvoid f(int n) {}\n#else\nvoid f(int  n) {}\n#endif', 'int n'],
  ])('finds those of %s', (_, source, parameters) => {
    expect(declaredParameters(source, 'f')?.join('|')).toBe(parameters);
  });

  it.each([
    ['what is defined elsewhere', 'void f(int n);\nvoid g(int n) { f(n); }'],
    ['two definitions', 'void f(int n) {}\nvoid f(int n, int m) {}'],
    ['a macro', 'void f(ARGUMENTS, int n) {'],
    ['a default', '__global__ void f(int n, int m = 1) {'],
    ['a directive', 'void f(int n\n#if A\n, int m\n#endif\n) {'],
    ['a pack', 'template <typename... T> __global__ void f(T... all) {'],
    ['a function as parameter', 'void f(int (*each)(int), int n) {'],
    ['none', 'void f() {}'],
    ['what is not closed', 'void f(int n'],
  ])('says nothing of %s', (_, source) => {
    expect(declaredParameters(source, 'f')).toBeUndefined();
  });
});
