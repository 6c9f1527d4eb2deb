import { describe, expect, it } from 'vitest';
import { combinations } from '../../../src/refine/tuner/combinations.ts';
import { listed, rewritten, spaceOf } from './spaces.ts';

describe('the loops of which nothing is said', () => {
  const kernel = (body: string, head = '__global__ void k') =>
    `${head}(float* x, int n) {\n${body}\n}\nextern "C" void f(float* x, int n) { k<<<1, 64>>>(x, n); }\n`;
  const LOOP = '  for (int i = 0; i < n; i += 64) x[i] *= 2;';
  const named = async (source: string) =>
    listed(await spaceOf(source)).filter((line) => line.startsWith('compiler unroll'));

  it('get one number for all of a kernel, each above its loop', async () => {
    const source = kernel(`${LOOP}\n  if (n > 5) {\n    for (int i = 0; i < n; ++i) x[i] += 1;\n  }`);
    expect(await rewritten(source, { 'unroll of k': 8 })).toBe(
      source.replaceAll(/^( +)for/gm, '$1#pragma unroll 8\n$1for'),
    );
    expect(await rewritten(source, { 'unroll of k': 0 })).toBe(source);
  });

  it.each([
    ['has its pragma', `#pragma unroll 4\n${LOOP}`],
    ['has it with a comment between', `#pragma unroll\n  // all of it\n${LOOP}`],
    ['goes down by halves', '  for (int h = n / 2; h > 0; h /= 2) x[h] = 1;'],
    ['is around another', '  for (int i = 0; i < n; ++i) {\n    while (x[i] > 1) x[i] /= 2;\n  }'],
    ['has no line of its own', '  n += 1; for (int i = 0; i < n; ++i) x[i] = 1;'],
    ['is the body of another statement', '  if (n > 2)\n    for (int i = 0; i < n; ++i) x[i] = 1;'],
    ['is around one over a range', '  for (int i = 0; i < n; ++i) {\n    for (float& v : rows(x)) v = 1;\n  }'],
    ['has the operator', `  _Pragma("unroll 2")\n${LOOP}`],
    ['has a macro for it', `  UNROLL_BY(2)\n${LOOP}`],
    ['is told not to be', `  #pragma nounroll\n\n  // at all\n${LOOP}`],
    ['has it in one of two cases', `#ifdef WIDE\n#pragma unroll\n#endif\n${LOOP}`],
    ['stands in an argument, maybe of a macro', `  RUN([&] {\n${LOOP}\n  });`],
    ['has a label', `again:\n${LOOP}\n  goto again;`],
    ['has so few steps that nvcc leaves no loop', '  for (int i = 0; i < 8; ++i) x[i] = 1;'],
  ])('are not those of which one %s', async (_, body) => {
    expect(await named(kernel(body))).toEqual([]);
  });

  it.each([
    ['tabs', '\t', '\n'],
    ['the ends of its lines', '  ', '\r\n'],
    ['no more than itself', '', '\n'],
  ])('get a pragma with %s as the file has it', async (_, indent, end) => {
    const lines = (pragma: string) =>
      [
        '__global__ void k(float* x, int n) {',
        `${indent}float s = 0;  // 😀`,
        ...(pragma === '' ? [] : [`${indent}${pragma}`]),
        `${indent}for (int i = 0; i < n; ++i) s += x[i];`,
        '}',
      ].join(end);
    expect(await rewritten(lines(''), { 'unroll of k': 8 })).toBe(lines('#pragma unroll 8'));
  });

  it('are each of one function, though that may stand in another', async () => {
    const within = `  struct S {\n  static __device__ void g(float* x, int n) {\n${LOOP}\n  }\n  };\n  S::g(x, n);`;
    expect(await named(kernel(within))).toEqual(['compiler unroll of g 0: 8 16 32 64']);
    expect(await named(kernel(`${LOOP}\n  return x;`, '__device__ float* k'))).toEqual([
      'compiler unroll of k 0: 8 16 32 64',
    ]);
  });

  it('are those of functions that run on the device', async () => {
    expect(await named(kernel(LOOP, 'template <int A>\n__global__ void __launch_bounds__(64) k'))).toEqual([
      'compiler unroll of k 0: 8 16 32 64',
    ]);
    expect(await named(kernel(LOOP, 'static __device__ __forceinline__ float k'))).toHaveLength(1);
    expect(await named(kernel(LOOP, 'static void k'))).toEqual([]);
  });
});

describe('a kernel without launch bounds', () => {
  const source = (head: string, launch: string, above = '') =>
    `${above}${head}(float* x) {\n  for (int i = 0; i < 9; ++i) x[i] = 1;\n}\nextern "C" void f(float* x) {\n  ${launch}\n}\n`;
  const HEAD = '__global__ void k';
  const resident = async (text: string) => {
    const written = await rewritten(text, { 'resident blocks of k': 4 });
    return /__launch_bounds__\((.*)\) k\(/.exec(written ?? '')?.[1];
  };

  it.each([
    ['k<<<1, kThreads>>>(x);', 'constexpr int kThreads = 256;\n', 'kThreads, 4'],
    ['k<<<1, dim3(X, kY)>>>(x);', '#define X 16\nstatic constexpr int kY = 8;\n', 'X * kY, 4'],
    ['dim3 block(X, X);\n  k<<<1, block>>>(x);', '#define X 16\n', 'X * X, 4'],
    // What is not known above it: the most that any block has.
    ['const int threads = 64; k<<<1, threads>>>(x);', '', '1024, 4'],
    ['k<<<1, 256>>>(x);', '', '1024, 4'],
    ['k<<<1, A>>>(x); k<<<1, B>>>(x);', '#define A 64\n#define B 128\n', '1024, 4'],
    ['g(x);', '', '1024, 4'],
    ['k<<<1, X>>>(x);', '#define X_MOST 64\n', '1024, 4'],
    ['k<<<1, dim3()>>>(x);', '', '1024, 4'],
    // What may be another number where it is launched.
    ['const int T = x ? 64 : 128;\n  k<<<1, T>>>(x);', 'constexpr int T = 64;\n', '1024, 4'],
    ['dim3 block(T, T);\n  if (x) block.y = 2;\n  k<<<1, block>>>(x);', 'constexpr int T = 8;\n', '1024, 4'],
    // What may be launched otherwise.
    ['k<<<1, T>>>(x); cudaLaunchKernel((void*)k, 1, 512, &x);', 'constexpr int T = 64;\n', '1024, 4'],
    ['k<<<1, T>>>(x); RUN(512);', 'constexpr int T = 64;\n#define RUN(n) k<<<1, n>>>(x)\n', '1024, 4'],
    ['k<<<1, T>>>(x); inner::k<<<1, 512>>>(x);', 'constexpr int T = 64;\n', '1024, 4'],
    ['cudaFuncSetAttribute(k, A, 65536); k<<<1, T>>>(x);', 'constexpr int T = 64;\n', 'T, 4'],
    ['k<<<1, T>>>(x);', '\n\n__global__ void k(float* x);\nconstexpr int T = 64;\n', 'T, 4'],
  ])('gets some for %s', async (launch, above, expected) => {
    expect(await resident(source(HEAD, launch, above))).toBe(expected);
  });

  it('is left as it is where it has no loop', async () => {
    expect(await resident('__global__ void k(float* x) { x[0] = 1; }\n')).toBeUndefined();
  });

  it('is not told to hold more threads than any multiprocessor does', async () => {
    const counts = async (launch: string) => {
      const space = await spaceOf(source(HEAD, launch, 'constexpr int kNumber = 64;\n'));
      return new Set(combinations(space).map((values) => values['resident blocks of k']));
    };
    expect(await counts('k<<<1, kNumber>>>(x);')).toEqual(new Set([0, 1, 4]));
    expect(await counts('k<<<1, n>>>(x);')).toEqual(new Set([0, 1]));
  });

  it.each([
    '__global__ void __maxnreg__(64) k',
    '__global__ __maxnreg__(64) void k',
    '__global__ void MAX_THREADS(256) k',
    '__global__ BOUNDS void k',
    '__global__ void BOUNDS k',
    'MAX_THREADS(256)\n__global__ void k',
    'template <typename T>\nMAX_THREADS(256)\n__global__ void k',
    '__global__ void __attribute__((launch_bounds(64))) k',
    '__global__ void __launch_bounds__(64) k(float* x);\n__global__ void k',
    'namespace a { __global__ void __launch_bounds__(64) k(float* x); }\n__global__ void a::k',
  ])('is not %s', async (head) => {
    const { tunables } = await spaceOf(source(head, 'k<<<1, 64>>>(x);'));
    expect(tunables.map(({ name }) => name)).not.toContainEqual(expect.stringMatching(/^resident/));
  });

  it.each([
    'static __global__ void k',
    'extern "C" __global__ void k',
    '// A kernel.\n__global__ void\nk',
    'ASSERT(1);\n__global__ void k',
  ])('is %s', async (head) => {
    expect(await resident(source(head, 'k<<<1, 64>>>(x);'))).toBe('1024, 4');
  });

  it('is one that is a kernel, and has none', async () => {
    const launch = 'k<<<1, 64>>>(x);';
    expect(await resident(source('template <int A> static __global__ void k', launch))).toBe('1024, 4');
    expect(await resident(source('__device__ void k', launch))).toBeUndefined();
    expect(listed(await spaceOf(source('__global__ void __launch_bounds__(64) k', launch)))).toEqual([
      'compiler unroll of k 0: 8 16 32 64',
      'block block of k 64: 32 128 256 512',
    ]);
  });
});
