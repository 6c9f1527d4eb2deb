import { describe, expect, it } from 'vitest';
import type { BenchmarkCall } from '../../src/measure/describe.ts';
import { fromBenchmarks } from '../../src/measure/described-benchmarks.ts';
import { projectTarget } from '../../src/targets/kernel-builder/target.ts';

const target = (entry = '') => projectTarget('norm', { source: 'norm_cuda/norm.cu', entry });

function call(name: string, rows: number, changes: Partial<BenchmarkCall> = {}): BenchmarkCall {
  return {
    name,
    entry: 'norm',
    inputs: [
      { kind: 'tensor', name: 'x', role: 'input', dtype: 'f16', shape: [rows, 64] },
      { kind: 'tensor', name: 'index', role: 'input', dtype: 'i64', shape: [8], range: { low: 0, high: rows } },
      { kind: 'scalar', name: 'eps', type: 'f64', value: 1e-5 },
    ],
    outputs: [{ dtype: 'f16', shape: [rows, 64] }],
    fixed: { bias: null },
    ...changes,
  };
}

describe('fromBenchmarks', () => {
  it('gives a name to what workloads differ in, and a number to what they have in common', () => {
    const found = fromBenchmarks(target(), {
      workloads: [call('Norm.small', 4), call('Norm.large', 512)],
      left_out: [],
    });
    expect(found.leftOut).toEqual([]);
    expect(found.target).toMatchObject({
      entry: 'norm',
      fixed: { bias: null },
      arguments: [
        { name: 'x', role: 'input', shape: ['x_0', 64] },
        { name: 'index', shape: [8], range: { low: 0, high: 'index_high' } },
        { kind: 'scalar', name: 'eps', type: 'f64' },
        { name: 'output', role: 'output', dtype: 'f16', shape: ['output_0', 64] },
      ],
      workloads: [
        {
          name: 'Norm.small: x[4, 64], index[8], eps=0.00001',
          values: { x_0: 4, index_high: 4, eps: 1e-5, output_0: 4 },
        },
        { values: { x_0: 512, index_high: 512, eps: 1e-5, output_0: 512 } },
      ],
    });
  });

  it('takes the function that most benchmarks call, and says what the others are', () => {
    const other = call('Other.one', 4, { entry: 'other' });
    const found = fromBenchmarks(target(), { workloads: [other, call('Norm.a', 4), call('Norm.b', 4)], left_out: [] });
    expect(found.target?.entry).toBe('norm');
    expect(found.leftOut).toEqual([
      { name: 'Other.one', because: 'calls other; a target of its own with "function: other" measures that' },
    ]);
  });

  it('takes the function that the configuration names', () => {
    const workloads = [call('Other.one', 4, { entry: 'other' }), call('Norm.a', 4), call('Norm.b', 4)];
    expect(fromBenchmarks(target('other'), { workloads, left_out: [] }).target?.workloads).toHaveLength(1);
  });

  it('leaves out what calls it otherwise than the first', () => {
    const half = call('Norm.half', 4, { outputs: [{ dtype: 'f32', shape: [4, 64] }] });
    const options = call('Norm.options', 4, { fixed: { bias: true } });
    const found = fromBenchmarks(target(), { workloads: [call('Norm.a', 4), half, options], left_out: [] });
    const because = 'calls norm with other types, dimensions or options than Norm.a';
    expect(found.leftOut).toEqual([
      { name: 'Norm.half', because },
      { name: 'Norm.options', because },
    ]);
    expect(found.target?.workloads).toHaveLength(1);
  });

  it('has no target where nothing is left', () => {
    const left_out = [{ name: 'Norm.two', because: 'calls norm, 2 calls in all; a workload is one call' }];
    expect(fromBenchmarks(target(), { workloads: [], left_out })).toEqual({ leftOut: left_out });
    expect(fromBenchmarks(target('missing'), { workloads: [call('Norm.a', 4)], left_out: [] }).target).toBeUndefined();
  });
});
