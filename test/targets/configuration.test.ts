import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { SOFTMAX, softmaxWith } from './softmax-configuration.ts';

/** The only target of a configuration. */
function targetOf(text: string) {
  const [target, ...others] = parseConfiguration(text, 'kernelwright.yml').targets;
  if (target === undefined || others.length > 0) throw new Error('expected one target');
  return target;
}

const names = (workloads: readonly { readonly name: string }[]) => workloads.map(({ name }) => name);

describe('parseConfiguration', () => {
  it('reads a whole target', () => {
    expect(targetOf(SOFTMAX)).toEqual({
      name: 'softmax',
      kind: 'launcher',
      source: 'kernels/softmax.cu',
      entry: 'softmax_forward',
      init: [],
      arguments: [
        { kind: 'tensor', name: 'x', role: 'input', dtype: 'f32', shape: ['rows', 'cols'] },
        { kind: 'tensor', name: 'y', role: 'output', dtype: 'f32', shape: ['rows', 'cols'] },
        { kind: 'scalar', name: 'rows', type: 'i32' },
        { kind: 'scalar', name: 'cols', type: 'i32' },
        { kind: 'stream', name: 'stream' },
      ],
      parameters: [],
      workloads: [
        { name: 'rows=4096, cols=4096', values: { rows: 4096, cols: 4096 } },
        { name: 'rows=512, cols=32000', values: { rows: 512, cols: 32000 } },
      ],
      vary: [
        { name: 'rows=1, cols=1', values: { rows: 1, cols: 1 } },
        { name: 'rows=1, cols=31', values: { rows: 1, cols: 31 } },
        { name: 'rows=1, cols=4097', values: { rows: 1, cols: 4097 } },
        { name: 'rows=7, cols=1', values: { rows: 7, cols: 1 } },
        { name: 'rows=7, cols=31', values: { rows: 7, cols: 31 } },
        { name: 'rows=7, cols=4097', values: { rows: 7, cols: 4097 } },
      ],
      emulate: [{ name: 'rows=33, cols=257', values: { rows: 33, cols: 257 } }],
      reference: 'torch.softmax(x, dim=-1)',
    });
  });

  it('reads a target with only what is needed', () => {
    const target = targetOf(`targets:
  fill:
    source: fill.cu
    entry: fill
    args: [y]
    outputs: { y: "bf16[8, 16]" }
    workloads: [{}]
`);
    expect(target).toEqual({
      name: 'fill',
      kind: 'launcher',
      source: 'fill.cu',
      entry: 'fill',
      init: [],
      arguments: [{ kind: 'tensor', name: 'y', role: 'output', dtype: 'bf16', shape: [8, 16] }],
      parameters: [],
      workloads: [{ name: 'default', values: {} }],
      vary: [],
      emulate: [],
    });
  });

  it('keeps the order of the targets', () => {
    const [, ...target] = SOFTMAX.split('\n');
    const second = target.join('\n').replace('softmax:', 'another:');
    expect(names(parseConfiguration(`${SOFTMAX}${second}`, 'c').targets)).toEqual(['softmax', 'another']);
  });

  it('follows anchors and aliases', () => {
    const text = softmaxWith('{ rows: 4096, cols: 4096 }', '&big { rows: 4096, cols: 4096 }').replace(
      '[ { rows: 33, cols: 257 } ]',
      '[*big]',
    );
    expect(names(targetOf(text).emulate)).toEqual(['rows=4096, cols=4096']);
  });

  it('normalizes the source as GitHub writes it', () => {
    expect(targetOf(softmaxWith('kernels/softmax.cu', './kernels//softmax.cu')).source).toBe('kernels/softmax.cu');
  });
});

describe('scalars', () => {
  const withEps = softmaxWith('[x, y, rows, cols, stream]', '[x, y, cols, rows, eps, stream]').replace(
    'workloads:',
    'scalars: { eps: "f32 = 1e-5", rows: "i64" }\n    workloads:',
  );

  it('have the declared type, and dimensions are i32 unless declared', () => {
    expect(targetOf(withEps).arguments.slice(2, 5)).toEqual([
      { kind: 'scalar', name: 'cols', type: 'i32' },
      { kind: 'scalar', name: 'rows', type: 'i64' },
      { kind: 'scalar', name: 'eps', type: 'f32' },
    ]);
  });

  it('take their default in all workloads that do not set them, and are then not part of the name', () => {
    const text = withEps.replace('{ rows: 512, cols: 32000 }', '{ rows: 512, cols: 32000, eps: 0.5 }');
    expect(targetOf(text).workloads).toEqual([
      { name: 'rows=4096, cols=4096', values: { rows: 4096, cols: 4096, eps: 1e-5 } },
      { name: 'rows=512, cols=32000, eps=0.5', values: { rows: 512, cols: 32000, eps: 0.5 } },
    ]);
  });

  it('may be negative, zero and large where their type allows it', () => {
    const text = withEps.replace('eps: "f32', 'eps: "i64').replace('1e-5', '-9007199254740991');
    expect(targetOf(text).workloads[0]?.values).toMatchObject({ eps: -9007199254740991 });
  });

  it('an i64 dimension may be larger than an i32', () => {
    const text = withEps.replace('{ rows: 4096, cols: 4096 }', '{ rows: 3000000000, cols: 1 }');
    expect(targetOf(text).workloads[0]?.values).toMatchObject({ rows: 3_000_000_000 });
  });
});

describe('vary', () => {
  it('takes other values from the smallest workload, by bytes', () => {
    const target = targetOf(softmaxWith('{ rows: [1, 7], cols: [1, 31, 4097] }', '{ rows: [3] }'));
    // 512 × 32000 elements are fewer than 4096 × 4096.
    expect(target.vary).toEqual([{ name: 'rows=3, cols=32000', values: { rows: 3, cols: 32000 } }]);
  });

  it('leaves out what is a workload anyway', () => {
    expect(targetOf(softmaxWith('{ rows: [1, 7], cols: [1, 31, 4097] }', '{ rows: [512, 4] }')).vary).toHaveLength(1);
  });

  it('makes up to 32 combinations', () => {
    const text = softmaxWith(
      '{ rows: [1, 7], cols: [1, 31, 4097] }',
      '{ rows: [1, 2, 3, 4], cols: [1, 2, 3, 4, 5, 6, 7, 8] }',
    );
    expect(targetOf(text).vary).toHaveLength(32);
  });
});

describe('the argument named stream', () => {
  it('is a tensor when one has that name', () => {
    const text = softmaxWith('{ x: "f32[rows, cols]" }', '{ x: "f32[rows, cols]", stream: "i8[rows]" }');
    expect(targetOf(text).arguments.at(-1)).toEqual({
      kind: 'tensor',
      name: 'stream',
      role: 'input',
      dtype: 'i8',
      shape: ['rows'],
    });
  });
});

describe('what a tensor says beyond its shape', () => {
  const withInput = (notation: string) => softmaxWith('{ x: "f32[rows, cols]" }', `{ x: "${notation}" }`);

  it('formulas have a value in each workload, each combination and on the emulated device', () => {
    const { workloads, vary, emulate } = targetOf(withInput('f32[rows, ceil_div(cols, 32) * 32]'));
    const valuesOf = ({ values }: { values: Record<string, number> }) => values['ceil_div(cols, 32) * 32'];
    expect(workloads.map(valuesOf)).toEqual([4096, 32000]);
    expect(vary.map(valuesOf)).toEqual([32, 32, 4128, 32, 32, 4128]);
    expect(emulate.map(valuesOf)).toEqual([288]);
  });

  it('formulas count for what the smallest workload is, and are no part of its name', () => {
    const text = withInput('f32[rows, rows * rows]').replace(/vary: .*/, 'vary: { cols: [3] }');
    expect(targetOf(text).vary).toEqual([
      { name: 'rows=512, cols=3', values: { rows: 512, cols: 3, 'rows * rows': 512 ** 2 } },
    ]);
  });

  it('a number that only formulas use may be zero', () => {
    const text = withInput('f32[rows, cols + pad]').replaceAll(/(cols: \d+) \}/g, '$1, pad: 0 }');
    expect(targetOf(text).workloads[0]?.values).toEqual({ rows: 4096, cols: 4096, pad: 0, 'cols + pad': 4096 });
  });

  it('strides, alignment and range go with the tensor, in any order', () => {
    const [x] = targetOf(withInput('f16[rows, cols] align 4 in 0..1 strides [2 * cols, 1]')).arguments;
    expect(x).toEqual({
      kind: 'tensor',
      name: 'x',
      role: 'input',
      dtype: 'f16',
      shape: ['rows', 'cols'],
      strides: ['2 * cols', 1],
      alignment: 4,
      range: { low: 0, high: 1 },
    });
  });
});

describe('what is changed in place', () => {
  it('is passed by a launcher where it stands in args, and may be all that there is', () => {
    const text = softmaxWith('outputs: { y: "f32[rows, cols]" }', 'inouts: { y: "f32[rows, cols]" }');
    const target = targetOf(text);
    expect(target.arguments[1]).toMatchObject({ name: 'y', role: 'inout' });
    expect(target).not.toHaveProperty('resultOrder');
  });

  it('comes behind the outputs for a reference, and behind the inputs in a call', () => {
    const text = `targets:
  norm:
    function: ops/norm.py:add_norm
    inputs: { x: "f32[n]" }
    inouts: { residual: "f32[n]" }
    outputs: { y: "f32[n]" }
    scalars: { eps: f32 }
    workloads: [ { n: 8, eps: 1 } ]
`;
    const { arguments: passed, resultOrder } = targetOf(text);
    expect(passed.map(({ name }) => name)).toEqual(['x', 'residual', 'eps', 'y']);
    expect(resultOrder).toEqual(['y', 'residual']);
  });
});

describe('allowed values', () => {
  const causal = (written: string) =>
    softmaxWith('cols, stream]', 'cols, causal, stream]').replace(
      'workloads:',
      `scalars: { causal: "${written}" }\n    workloads:`,
    );

  it('are kept beside the default', () => {
    const target = targetOf(causal('i32 in {0, 1} = 0'));
    expect(target.arguments[4]).toEqual({ kind: 'scalar', name: 'causal', type: 'i32', allowed: [0, 1] });
    expect(target.workloads[1]?.values).toEqual({ rows: 512, cols: 32000, causal: 0 });
  });

  it('may be given to a dimension that is not passed', () => {
    const text = softmaxWith('rows, cols, stream]', 'rows, stream]').replace(
      'workloads:',
      'scalars: { cols: "i32 in {1, 31, 257, 4096, 4097, 32000}" }\n    workloads:',
    );
    expect(targetOf(text).arguments.map(({ name }) => name)).toEqual(['x', 'y', 'rows', 'stream']);
  });
});
