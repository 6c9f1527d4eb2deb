import { describe, expect, it } from 'vitest';
import { combinations } from '../../../src/refine/tuner/combinations.ts';
import { type Tunable, type TuneSpace, valuesText } from '../../../src/refine/tuner/space.ts';
import { operation } from '../../../src/targets/formula.ts';
import { exampleKernel, spaceOf } from './spaces.ts';

function tunable(name: string, value: number, ...alternatives: number[]): Tunable {
  return { name, value, alternatives, places: [] };
}

function space(tunables: readonly Tunable[], changes: Partial<TuneSpace> = {}): TuneSpace {
  return { files: [], tunables, limits: [], constants: {}, ...changes };
}

const texts = (all: readonly Record<string, number>[]) => all.map((values) => valuesText(values));

describe('combinations', () => {
  it('begin with the present one and go outwards', () => {
    expect(texts(combinations(space([tunable('A', 2, 1, 4), tunable('B', 8, 16, 32)])))).toEqual([
      'A=2 B=8',
      'A=1 B=8',
      'A=4 B=8',
      'A=2 B=16',
      'A=1 B=16',
      'A=4 B=16',
      'A=2 B=32',
      'A=1 B=32',
      'A=4 B=32',
    ]);
  });

  it('are only the present one where there is nothing to vary', () => {
    expect(combinations(space([]))).toEqual([{}]);
    expect(combinations(space([tunable('A', 2)]))).toEqual([{ A: 2 }]);
  });

  it('of many are 64, with every value of each tunable, and the same each time', () => {
    const many = space(
      ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((name) => tunable(name, 16, 1, 2, 4, 8, 32, 64, 128)),
    );
    const chosen = combinations(many);
    expect(chosen).toHaveLength(64);
    expect(new Set(texts(chosen)).size).toBe(64);
    expect(Object.values(chosen[0] ?? {})).toEqual(Array(8).fill(16));
    for (const name of ['A', 'H']) {
      expect(new Set(chosen.map((values) => values[name]))).toEqual(new Set([1, 2, 4, 8, 16, 32, 64, 128]));
    }
    expect(combinations(many)).toEqual(chosen);
    expect(combinations(many, 5)).toEqual(combinations(many, 5));
    expect(combinations(many, 5)).toHaveLength(5);
  });

  it('leave out what a limit forbids, unless the present ones break it', () => {
    const square = { amount: operation('*', 'T', 'T'), most: 1024 };
    expect(texts(combinations(space([tunable('T', 16, 32, 64)], { limits: [square] })))).toEqual(['T=16', 'T=32']);
    expect(combinations(space([tunable('T', 64, 16, 128)], { limits: [square] }))).toHaveLength(3);
    const unknown = { amount: operation('*', 'T', 'U'), most: 1 };
    expect(combinations(space([tunable('T', 16, 32)], { limits: [unknown] }))).toHaveLength(2);
    const known = { limits: [unknown], constants: { U: 2 } };
    expect(combinations(space([tunable('T', 0, 1)], known))).toEqual([{ T: 0 }]);
  });

  it('leave out what is known', () => {
    const two = space([tunable('A', 2, 1, 4)]);
    expect(texts(combinations(two, 64, ({ A }) => A === 2))).toEqual(['A=1', 'A=4']);
  });
});

describe('the limits of a source', () => {
  it('bound the threads of a block by 1,024', async () => {
    const matmul = await spaceOf(exampleKernel('matmul'));
    const blocks = matmul.tunables.filter(({ role }) => role === 'block');
    expect(texts(combinations({ ...matmul, tunables: blocks }))).toEqual([
      'kTile=16',
      'kTile=8',
      'kTile=32',
      'kTile=4',
    ]);
    const split = 'constexpr int BM = 64; constexpr int TM = 2;\nvoid f() { dim3 b(BM / TM, 16); k<<<1, b>>>(); }\n';
    const sensible = texts(combinations(await spaceOf(split)));
    expect(sensible).toContain('BM=64 TM=2 block y of k=32');
    expect(sensible).not.toContain('BM=64 TM=1 block y of k=32');
  });

  it('bound them by __launch_bounds__', async () => {
    const source =
      'constexpr int kThreads = 128;\n__global__ void __launch_bounds__(256) k() {}\nvoid f() { k<<<1, kThreads>>>(); }\n';
    const all = combinations(await spaceOf(source));
    expect(all.length).toBeGreaterThan(10);
    for (const values of all) expect(values.kThreads).toBeLessThanOrEqual(values['launch bounds of k'] ?? 0);
  });

  it('bound static shared memory by 48 KiB', async () => {
    const source =
      'constexpr int TILE = 64;\n__global__ void k() { __shared__ float a[TILE][TILE + 1], b[TILE]; extern __shared__ float c[]; }\n';
    expect(texts(combinations(await spaceOf(source)))).toEqual(['TILE=64', 'TILE=32', 'TILE=16', 'TILE=8']);
  });
});
