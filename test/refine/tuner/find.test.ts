import { describe, expect, it } from 'vitest';
import { combinations } from '../../../src/refine/tuner/combinations.ts';
import { filesWith } from '../../../src/refine/tuner/space.ts';
import { exampleKernel, listed, spaceOf } from './spaces.ts';

async function rewritten(source: string, values: Record<string, number>, path?: string): Promise<string | undefined> {
  return filesWith(await spaceOf(source, path), values)[0]?.content;
}

const leftToCompiler = (kernel: string) => [
  `compiler unroll of ${kernel} 0: 8 16 32 64`,
  `compiler resident blocks of ${kernel} 0: 1 4`,
];

describe('the constants of the example kernels', () => {
  it.each([
    ['softmax', ['block kThreads 256: 32 64 128 512 1024', ...leftToCompiler('softmax_kernel')]],
    ['rms_norm', ['block kThreads 256: 32 64 128 512 1024', ...leftToCompiler('rms_norm_kernel')]],
    ['column_sum', ['block kThreads 256: 32 64 128 512 1024', ...leftToCompiler('column_sum_kernel')]],
    ['transpose', ['block kBlock 16: 4 8 32 64 128', ...leftToCompiler('transpose_kernel')]],
    ['matmul', ['block kTile 16: 4 8 32 64 128', ...leftToCompiler('matmul_kernel')]],
  ])('of %s', async (name, tunables) => {
    expect(listed(await spaceOf(exampleKernel(name)))).toEqual(tunables);
  });

  it('are changed, and nothing else', async () => {
    const source = exampleKernel('transpose');
    expect(await rewritten(source, { kBlock: 32 })).toBe(source.replace('kBlock = 16', 'kBlock = 32'));
    expect(await rewritten(source, {})).toBe(source);
  });
});

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

describe('what an entry does not come to', () => {
  const TWO = `#include <cuda_runtime.h>
constexpr int BLOCK = 128;
constexpr int TILE = 16;
#define VEC 4

template <int ITEMS> __device__ float both(const float* x) {
#pragma unroll 4
  for (int i = 0; i < ITEMS; i += VEC) {}
  return x[0];
}
__global__ void __launch_bounds__(256) scale(float* x) { int threads = 64; x[threads] = both<8>(x); }
__global__ void add(float* x) {
  int threads = 64;
  __shared__ float tile[TILE][TILE];
#pragma unroll 2
  for (int i = 0; i < 8; i++) tile[0][i] = both<8>(x);
  x[threads] = tile[0][0];
}
extern "C" void scale_forward(float* x, int n) { scale<<<(n + 255) / 256, 256>>>(x); }
extern "C" void add_forward(float* x, int n) { add<<<n / BLOCK, BLOCK>>>(x); }
`;

  it('stays as it is, because it would not be checked: it may be of another target in the file', async () => {
    expect(listed(await spaceOf(TWO, undefined, 'scale_forward')).map((line) => line.split(':')[0])).toEqual([
      'block threads 64',
      'inner VEC 4',
      'inner unroll in line 7 4',
      'block block of scale 256',
    ]);
    const changed = filesWith(await spaceOf(TWO, undefined, 'scale_forward'), { threads: 32 })[0]?.content;
    expect(changed).toBe(TWO.replace('scale(float* x) { int threads = 64', 'scale(float* x) { int threads = 32'));
    expect(listed(await spaceOf(TWO, undefined, 'add_forward')).map((line) => line.split(':')[0])).toEqual([
      'block BLOCK 128',
      'block TILE 16',
      'block threads 64',
      'inner VEC 4',
      'inner unroll in line 7 4',
      'inner unroll in line 15 2',
    ]);
  });

  it('stays as it is in a file that begins with empty lines', async () => {
    expect(listed(await spaceOf(`\n\n\n${TWO}`, undefined, 'scale_forward'))).toHaveLength(4);
  });

  it('is not looked for where the file does not define the entry', async () => {
    expect((await spaceOf(TWO)).tunables).toHaveLength(7);
  });

  it('stays as it is in Python', async () => {
    const source = `import triton
BLOCK = 256
TILE = 64


def scale(x):
    scale_kernel[(1,)](x, BLOCK, num_warps=4)


class Add:
    def forward(self, x):
        add_kernel[(1,)](x, TILE, num_warps=8)
`;
    const names = async (entry: string) =>
      listed(await spaceOf(source, 'a.py', entry)).map((line) => line.split(':')[0]);
    expect(await names('scale')).toEqual(['block BLOCK 256', 'inner num_warps 4']);
    expect(await names('Add')).toEqual(['block TILE 64', 'inner num_warps 8']);
  });
});

describe('in CUDA', () => {
  it.each([
    ['constexpr int TILE = 16;', 'block TILE 16: 4 8 32 64 128'],
    ['static const int kTileM = 64;', 'block kTileM 64: 8 16 32 128 256 512'],
    ['const unsigned THREADS_PER_BLOCK = 128u;', 'block THREADS_PER_BLOCK 128: 32 64 256 512 1024'],
    ['#define BLOCK_SIZE 128', 'block BLOCK_SIZE 128: 16 32 64 256 512 1024'],
    ['#define VEC 4 // wide\r\nint x;\r', 'inner VEC 4: 1 2 8 16 32'],
    ['#define VEC (4) // wide', 'inner VEC 4: 1 2 8 16 32'],
    ['struct S { static constexpr int kStages = 3; };', 'inner kStages 3: 1 2 4 5'],
    ['constexpr int ITEMS_PER_THREAD = 6;', 'inner ITEMS_PER_THREAD 6: 4 5 7 8'],
    ['template <typename T, int BM = 64> __global__ void k(T* x) {}', 'block BM 64: 8 16 32 128 256 512'],
    ['void f() { int threads = 128; }', 'block threads 128: 32 64 256 512 1024'],
    ['constexpr int kWarpsPerBlock = 8;', 'block kWarpsPerBlock 8: 1 2 4 16 32'],
    ['__global__ void k() {\n#pragma unroll 4\nfor (;;) {}\n}', 'inner unroll in line 2 4: 1 2 8 16 32'],
    ['__global__ void __launch_bounds__(256) k() {}', 'block launch bounds of k 256: 32 64 128 512 1024'],
  ])('finds %s', async (source, tunable) => {
    expect(listed(await spaceOf(`${source}\n`))).toEqual([tunable]);
  });

  it.each([
    '// constexpr int TILE = 16;',
    '/* #define BLOCK 128 */',
    'const char* s = "constexpr int TILE = 16;";',
    'const char* r = R"(\n#define BLOCK 128\n)";',
    'constexpr int kWarpSize = 32;',
    '#define WARP_SIZE 32',
    '#define MAX_THREADS 1024',
    'constexpr int kMaxGridY = 65535;',
    'constexpr int kHiddenSize = 1024;',
    'constexpr int N = 64;',
    '#define VERSION 3',
    'void f() { for (int stage = 1; stage < 4; ++stage) {} }',
    '#define BLOCK_VERSION 2',
    '#define HASH_BLOCK 64',
    '#define BLOCK 0x80',
    '#define TILE_BYTES 100',
    'constexpr float kTile = 16;',
    'constexpr int TILE = 2 * 8;',
    'constexpr int kCols = 128, kRows = 64;',
    '__global__ void k() {\n#pragma unroll\nfor (;;) {}\n}',
  ])('leaves %s alone', async (source) => {
    expect(listed(await spaceOf(`${source}\n`))).toEqual([]);
  });

  it('takes a block at the launch together with what repeats it', async () => {
    const source = `template <int B, int V> __global__ void __launch_bounds__(256) k(float* x) {}
void f(float* x, int n) {
  int blocks = (n + 255) / 256;
  k<256, 4><<<blocks, 256>>>(x);
  x[255] = 256;
}
`;
    const space = await spaceOf(source);
    // Of the name V nobody knows what it is.
    expect(listed(space)).toEqual(['block block of k 256: 32 64 128 512 1024']);
    expect(
      await rewritten(source, { 'block of k': 64 }),
    ).toBe(`template <int B, int V> __global__ void __launch_bounds__(64) k(float* x) {}
void f(float* x, int n) {
  int blocks = (n + 63) / 64;
  k<64, 4><<<blocks, 64>>>(x);
  x[255] = 256;
}
`);
  });

  it('finds the extents of a dim3 and the arguments of a template', async () => {
    const source = `template <typename T, int VEC> __global__ void k(T* x) {}
void f(float* x, dim3 grid) {
  dim3 block(32, 8);
  k<float, 4><<<grid, block, 0>>>(x);
  other<8><<<grid, dim3(16, 16)>>>(x);
}
`;
    expect(listed(await spaceOf(source))).toEqual([
      'block block x of k 32: 4 8 16 64 128 256',
      'block block y of k 8: 4 16 32 64',
      'inner VEC of k 4: 1 2 8 16 32',
      'block block x of other 16: 4 8 32 64 128',
      'block block y of other 16: 4 8 32 64 128',
      'inner template argument 1 of other 8: 1 2 4 16 32',
    ]);
  });

  it('tells constants of one name apart by their lines, and changes equal ones together', async () => {
    const both = 'void f() {\n  const int threads = 128;\n}\nvoid g() {\n  const int threads = 64;\n}\n';
    expect((await spaceOf(both)).tunables.map(({ name }) => name)).toEqual(['threads in line 2', 'threads in line 5']);
    const equal = both.replace('64', '128');
    expect(await rewritten(equal, { threads: 512 })).toBe(equal.replaceAll('128', '512'));
  });

  it('survives text that is no code', async () => {
    expect(listed(await spaceOf('<<<>>> constexpr int ((( k<<<,>>>; #define\n'))).toEqual([]);
    expect(listed(await spaceOf(''))).toEqual([]);
  });
});

describe('in Python', () => {
  const inPython = async (source: string) => listed(await spaceOf(source, 'kernels/a.py'));

  it.each([
    ['BLOCK = 1024', 'block BLOCK 1024: 256 512 2048 4096'],
    ['BLOCK_SIZE: tl.constexpr = 64', 'block BLOCK_SIZE 64: 16 32 128 256'],
    ['def k(x, BLOCK: tl.constexpr = 128): pass', 'block BLOCK 128: 32 64 256 512'],
    ['kernel[grid](x, num_warps=4)', 'inner num_warps 4: 1 2 8 16 32'],
    ['kernel[grid](x, num_stages=2)', 'inner num_stages 2: 1 3 4 5'],
  ])('finds %s', async (source, tunable) => {
    expect(await inPython(`${source}\n`)).toEqual([tunable]);
  });

  it.each([
    '# BLOCK = 1024',
    '"""BLOCK = 1024"""',
    'source = "constexpr int BLOCK = 128;"',
    'call(x, BLOCK=128)',
    'heads = 8',
    'BLOCK = 131072',
    'BLOCK = n',
    'MAX_BLOCK = 128',
    'batch = 64',
  ])('leaves %s alone', async (source) => {
    expect(await inPython(`${source}\n`)).toEqual([]);
  });

  it('counts the blocks by the same number', async () => {
    const source = 'def f(x):\n    kernel[(triton.cdiv(x.numel(), 1024),)](x, 1024, BLOCK=1024)\n';
    expect(await rewritten(source, { BLOCK: 256 }, 'kernels/a.py')).toBe(
      'def f(x):\n    kernel[(triton.cdiv(x.numel(), 256),)](x, 1024, BLOCK=256)\n',
    );
  });
});
