import { describe, expect, it } from 'vitest';
import { knownBlocks } from '../../src/measure/block-sizes.ts';
import { TARGET } from './samples.ts';

const blocksOf = (content: string, kernel = 'f') => knownBlocks(TARGET, [{ path: TARGET.source, content }], kernel);

describe('the size of a block', () => {
  it.each([
    ['f<<<(n + 255) / 256, 256, 0, stream>>>(x);', 256, 0],
    ['f<<<grid, 128>>>(x);', 128, 0],
    ['ns::f<float, 4><<<grid, 128u, 2048, stream>>>(x);', 128, 2048],
    ['f<<<dim3(8, 8), dim3(32, 8), 0, stream>>>(x);', 256, 0],
    ['constexpr int BLOCK = 512;\nf<<<n, BLOCK, 0, stream>>>(x);', 512, 0],
    ['static constexpr unsigned int BLOCK{64};\nf<<<n, BLOCK>>>(x);', 64, 0],
    ['#define BLOCK (96)\nf<<<n, BLOCK>>>(x);', 96, 0],
    ['#define A 64\n#define BLOCK A\nf<<<n, BLOCK>>>(x);', 64, 0],
    ['const dim3 block(16, 16);\nf<<<n, block>>>(x);', 256, 0],
  ])('is known from %s', (code, threads, dynamicShared) => {
    expect(blocksOf(code)).toEqual([{ threads, dynamicShared }]);
  });

  it.each([
    'f<<<n, threads>>>(x);',
    'f<<<n, 2 * 128>>>(x);',
    'f<<<n, 256, size, stream>>>(x);',
    '#define BLOCK 64\n#undef BLOCK\n#define BLOCK 128\nf<<<n, BLOCK>>>(x);',
    '#define A B\n#define B A\nf<<<n, A>>>(x);',
    'dim3 block(16, 16);\nblock.y = 8;\nf<<<n, block>>>(x);',
    '// f<<<n, 256>>>(x);',
    'g<<<n, 256>>>(x);',
    'cudaLaunchKernel(f, n, 256, 0, 0, stream);',
  ])('is not guessed from %s', (code) => {
    expect(blocksOf(code)).toEqual([]);
  });

  it('is told for each that a source has, once', () => {
    expect(blocksOf('f<<<n, 64>>>(x); f<<<n, 64>>>(x); f<<<n, 128>>>(x);').map(({ threads }) => threads)).toEqual([
      64, 128,
    ]);
  });

  it("is the target's where it says how its kernel is launched", () => {
    const launch = { grid: [1, 1, 1], block: ['n', 2, 1], shared: 1024 } as const;
    const target = {
      ...TARGET,
      kind: 'kernel' as const,
      entry: 'ns::f<float>',
      launch,
      workloads: [
        { name: 'n=32', values: { n: 32 } },
        { name: 'n=64', values: { n: 64 } },
      ],
    };
    expect(knownBlocks(target, [], 'f')).toEqual([
      { threads: 64, dynamicShared: 1024 },
      { threads: 128, dynamicShared: 1024 },
    ]);
    expect(knownBlocks(target, [], 'another')).toEqual([]);
  });

  it('is found quickly in any text', () => {
    const began = performance.now();
    blocksOf(`f<${'<'.repeat(50_000)}${'constexpr int '.repeat(20_000)}f<<<${'('.repeat(100_000)}`);
    blocksOf(`${'f <'.repeat(100_000)}\nf<<<n, BLOCK>>>(x);${'const '.repeat(30_000)}`);
    blocksOf(`${'/*'.repeat(300_000)}`);
    blocksOf(`f${' '.repeat(500_000)}${'\n#define'.repeat(50_000)}`);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
