import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Checkout, makeCheckout } from './checkout.ts';

/** Two kernels that share a header of an include folder, one of them with a second source and flags. */
const FILES: Record<string, string> = {
  '.github/kernelwright.yml': `targets:
  scale:
    source: kernels/scale.cu
    entry: scale_forward
    sources: [kernels/shift.cu, kernels/blocks.cpp]
    include: [vendor/inc]
    flags: [-DSCALE=2, --use_fast_math]
    args: [x, y, n, stream]
    inputs: { x: "f32[n]" }
    outputs: { y: "f32[n]" }
    workloads: [{ n: 1000 }]
    vary: { n: [1, 33] }
    reference: "2 * x + 1"
  square:
    source: kernels/square.cu
    kernel: square
    launch: { grid: "ceil_div(n, 32)", block: 32 }
    include: [vendor/inc]
    args: [x, y, n]
    inputs: { x: "f32[n]" }
    outputs: { y: "f32[n]" }
    workloads: [{ n: 1000 }]
    reference: "x * x"
`,
  'vendor/inc/shared/index.cuh':
    '#pragma once\n#include "types.cuh"\n__device__ inline index_t index() { return blockIdx.x * blockDim.x + threadIdx.x; }\n',
  'vendor/inc/shared/types.cuh': 'using index_t = int;\n',
  'kernels/host.h':
    '#pragma once\n#include <cuda_runtime.h>\nint blocks(int n);\nvoid shift(float* y, int n, cudaStream_t stream);\n',
  'kernels/blocks.cpp': '#include "host.h"\nint blocks(int n) { return (n + 31) / 32; }\n',
  'kernels/scale.cu': `#include <shared/index.cuh>
#include "host.h"
__global__ void scale(const float* x, float* y, int n) { if (index() < n) y[index()] = SCALE * x[index()]; }
extern "C" void scale_forward(const float* x, float* y, int n, cudaStream_t stream) {
  scale<<<blocks(n), 32, 0, stream>>>(x, y, n);
  shift(y, n, stream);
}
`,
  'kernels/shift.cu': `#include <shared/index.cuh>
#include "host.h"
__global__ void shift_kernel(float* y, int n) { if (index() < n) y[index()] += SCALE / 2; }
void shift(float* y, int n, cudaStream_t stream) { shift_kernel<<<blocks(n), 32, 0, stream>>>(y, n); }
`,
  'kernels/square.cu':
    '#include <shared/index.cuh>\n__global__ void square(const float* x, float* y, int n) { if (index() < n) y[index()] = x[index()] * x[index()]; }\n',
};

let checkout: Checkout;
beforeAll(async () => {
  checkout = makeCheckout();
  for (const [path, content] of Object.entries(FILES)) checkout.write(path, content);
  await checkout.commit();
});
afterAll(() => checkout.remove());

describe('kernelwright verify with sources, include folders and flags', () => {
  const patch = (path: string, from: string, to: string) => {
    const before = FILES[path]?.split('\n').find((line) => line.includes(from)) ?? '';
    const line = FILES[path]?.split('\n').indexOf(before) ?? 0;
    const hunk = `@@ -${line + 1},1 +${line + 1},1 @@\n-${before}\n+${before.replace(from, to)}\n`;
    checkout.write('new.patch', `--- a/${path}\n+++ b/${path}\n${hunk}`);
  };

  it.each([
    ['an honest change of a further source', 'kernels/shift.cu', '+= SCALE / 2', '+= 1.0f', 10, /^Correct on the emu/],
    ['a wrong change of a further source', 'kernels/shift.cu', '+= SCALE / 2', '+= SCALE', 20, /^Wrong result/],
    ['an honest change of the source', 'kernels/scale.cu', 'SCALE * x[index()]', '2 * x[index()]', 10, /^Correct/],
    ['a change that does not compile', 'kernels/blocks.cpp', '31', 'no_such_name', 30, /^It does not compile/],
    [
      'a write beyond the end in a further source, whose place it names',
      'kernels/shift.cu',
      'if (index() < n) y[index()] +=',
      'y[index() < n ? index() : n + 100000] +=',
      31,
      /^It crashed: .*\(kernels\/shift\.cu:3\)\.$/,
    ],
  ])('judges %s', async (_, path, from, to, status, reason) => {
    patch(path, from, to);
    const flags = [
      '--target',
      'scale',
      '--candidate',
      join(checkout.folder, 'new.patch'),
      '--device',
      'emulated',
      '--json',
    ];
    const found = await checkout.run('verify', ...flags);
    expect(JSON.parse(found.text).reason).toMatch(reason);
    expect(found.status).toBe(status);
  });
});

it('kernelwright bench checks both, and names a flag that the emulated device cannot take', async () => {
  const good = await checkout.run('bench', '--device', 'emulated', '--json');
  expect(JSON.parse(good.text).targets.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    'measured',
    'measured',
  ]);
  checkout.write(
    'with-cublas.yml',
    FILES['.github/kernelwright.yml']?.replace('-DSCALE=2,', '-DSCALE=2, -lcublas,') ?? '',
  );
  const refused = await checkout.run('bench', 'scale', '--config', 'with-cublas.yml', '--device', 'emulated');
  expect(refused.status).toBe(2);
  expect(refused.text).toMatch(/the CUDA libraries cannot be emulated on a CPU \(-lcublas is among the flags\)/);
});

it('kernelwright targets follows include folders and further sources', async () => {
  const reached = async (path: string) => {
    checkout.write(path, `${FILES[path]}// changed\n`);
    const { text } = await checkout.run('targets', '--base', 'HEAD', '--json');
    checkout.write(path, FILES[path] ?? '');
    return JSON.parse(text);
  };
  expect(JSON.stringify(await reached('vendor/inc/shared/types.cuh'))).toMatch(
    /which kernels\/scale\.cu includes through vendor\/inc\/shared\/index\.cuh.*which kernels\/square\.cu includes through/,
  );
  expect(JSON.stringify(await reached('kernels/blocks.cpp'))).toContain('which is compiled with kernels/scale.cu');
});
