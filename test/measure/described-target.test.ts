import { describe, expect, it } from 'vitest';
import type { Call } from '../../src/measure/describe.ts';
import { describedTarget } from '../../src/measure/described-target.ts';
import { conventionTarget } from '../../src/targets/kernelbench.ts';
import { MODULE, PARAMETERS } from './samples.ts';

const CALL: Call = {
  init: [4, [3, 3], null],
  inputs: [
    { kind: 'tensor', name: 'x', dtype: 'f32', shape: [16, 4] },
    { kind: 'tensor', name: 'which', dtype: 'i64', shape: [16], range: { low: 0, high: 4 } },
    { kind: 'scalar', name: 'alpha', type: 'f64', value: 0.5 },
  ],
  outputs: [{ dtype: 'f32', shape: [16, 16] }],
  batches: [
    { size: 1, shapes: [[1, 16]] },
    { size: 7, shapes: [[7, 16]] },
  ],
};

function targetOf(changes: Partial<Call> = {}) {
  const described = {
    outcome: 'described',
    parameters: PARAMETERS,
    call: { ...CALL, ...changes },
    seconds: 1,
  } as const;
  return describedTarget(conventionTarget('m.py'), described);
}

const shapes = (target: ReturnType<typeof targetOf>) =>
  target.arguments.map((a) => (a.kind === 'tensor' ? a.shape : a.kind));

describe('describedTarget', () => {
  it('adds the parameters alone where the configuration says the rest', () => {
    const target = describedTarget(MODULE, { outcome: 'described', parameters: PARAMETERS, seconds: 1 });
    expect(target).toEqual({ ...MODULE, parameters: PARAMETERS });
  });

  it('gives one workload of the described shapes, with the first extent as a dimension that varies', () => {
    expect(targetOf()).toEqual({
      ...conventionTarget('m.py'),
      init: [4, [3, 3], null],
      parameters: PARAMETERS,
      arguments: [
        { kind: 'tensor', role: 'input', name: 'x', dtype: 'f32', shape: ['batch', 4] },
        { kind: 'tensor', role: 'input', name: 'which', dtype: 'i64', shape: ['batch'], range: { low: 0, high: 4 } },
        { kind: 'scalar', name: 'alpha', type: 'f64' },
        { kind: 'tensor', role: 'output', name: 'output', dtype: 'f32', shape: ['batch', 16] },
      ],
      workloads: [{ name: 'x[16, 4], which[16], alpha=0.5', values: { batch: 16, alpha: 0.5 } }],
      vary: [
        { name: 'x[1, 4], which[1], alpha=0.5', values: { batch: 1, alpha: 0.5 } },
        { name: 'x[7, 4], which[7], alpha=0.5', values: { batch: 7, alpha: 0.5 } },
      ],
    });
  });

  it('keeps the size that the module takes', () => {
    const target = targetOf({ batches: [{ size: 7, shapes: [[7, 16]] }] });
    expect(target.vary.map(({ values }) => values.batch)).toEqual([7]);
  });

  it.each([
    ['nothing else is taken', []],
    ['an output has another formula', [{ size: 7, shapes: [[49, 16]] }]],
    ['an output has another rank', [{ size: 7, shapes: [[7]] }]],
    [
      'two sizes contradict each other',
      [
        { size: 1, shapes: [[1, 16]] },
        { size: 7, shapes: [[16, 7]] },
      ],
    ],
  ])('fixes all extents where %s', (_, batches) => {
    const target = targetOf({ batches });
    expect(shapes(target)).toEqual([[16, 4], [16], 'scalar', [16, 16]]);
    expect(target.workloads).toEqual([{ name: 'x[16, 4], which[16], alpha=0.5', values: { alpha: 0.5 } }]);
    expect(target.vary).toEqual([]);
  });

  it('lets no two things have one name', () => {
    const target = targetOf({
      inputs: [
        { kind: 'tensor', name: 'batch', dtype: 'f32', shape: [16, 4] },
        { kind: 'tensor', name: 'output', dtype: 'f32', shape: [16, 4] },
      ],
    });
    expect(target.arguments.map(({ name }) => name)).toEqual(['batch', 'output', 'output_']);
    expect(shapes(target)[0]).toEqual(['batch_', 4]);
  });

  it('numbers several outputs', () => {
    const outputs: Call['outputs'] = [...CALL.outputs, { dtype: 'i64', shape: [16] }];
    const target = targetOf({ outputs, batches: [{ size: 1, shapes: [[1, 16], [1]] }] });
    expect(target.arguments.slice(-2)).toMatchObject([
      { name: 'output_0', shape: ['batch', 16] },
      { name: 'output_1', shape: ['batch'] },
    ]);
  });

  it('has a name for a call without arguments', () => {
    expect(targetOf({ inputs: [], batches: [] }).workloads).toEqual([{ name: 'default', values: {} }]);
  });
});
