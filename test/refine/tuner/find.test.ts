import { describe, expect, it } from 'vitest';
import { filesWith } from '../../../src/refine/tuner/space.ts';
import { exampleKernel, listed, rewritten, spaceOf } from './spaces.ts';

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
