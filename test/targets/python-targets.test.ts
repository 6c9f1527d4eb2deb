import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { GELU_MLP, pythonWith, RMS_NORM } from './python-configurations.ts';

function targetOf(text: string) {
  const [target] = parseConfiguration(text, 'kernelwright.yml').targets;
  if (target === undefined) throw new Error('expected a target');
  return target;
}

const passed = (text: string) => targetOf(text).arguments.map(({ name }) => name);

describe('a module', () => {
  it('is read whole, with its parameters left to be found', () => {
    expect(targetOf(GELU_MLP)).toEqual({
      name: 'gelu_mlp',
      kind: 'module',
      source: 'kernels/gelu_mlp.py',
      entry: 'GeluMLP',
      init: [256, 1024],
      arguments: [
        { kind: 'tensor', name: 'x', role: 'input', dtype: 'f32', shape: ['batch', 256] },
        { kind: 'tensor', name: 'y', role: 'output', dtype: 'f32', shape: ['batch', 256] },
      ],
      parameters: [],
      workloads: [{ name: 'batch=4096', values: { batch: 4096 } }],
      vary: [
        { name: 'batch=1', values: { batch: 1 } },
        { name: 'batch=7', values: { batch: 7 } },
      ],
      emulate: [{ name: 'batch=8', values: { batch: 8 } }],
    });
  });

  it('is constructed without arguments where none are given', () => {
    expect(targetOf(pythonWith(GELU_MLP, '    init: [256, 1024]\n', '')).init).toEqual([]);
  });

  it('takes any JSON for its constructor, by position or by keyword', () => {
    const byPosition = pythonWith(GELU_MLP, '[256, 1024]', '[256, gelu, null, true, -0.5, [1, { deep: [2] }]]');
    expect(targetOf(byPosition).init).toEqual([256, 'gelu', null, true, -0.5, [1, { deep: [2] }]]);
    const byKeyword = pythonWith(GELU_MLP, '[256, 1024]', '{ hidden: 256, sizes: { "a b": 1 } }');
    expect(targetOf(byKeyword).init).toEqual({ hidden: 256, sizes: { 'a b': 1 } });
  });

  it('has its path normalized as GitHub writes it', () => {
    const text = pythonWith(GELU_MLP, 'kernels/gelu_mlp.py', './kernels//gelu_mlp.py');
    expect(targetOf(text).source).toBe('kernels/gelu_mlp.py');
  });
});

describe('a function', () => {
  it('is called with its inputs and then its scalars, and returns its outputs', () => {
    const target = targetOf(RMS_NORM);
    expect(target).toMatchObject({
      kind: 'function',
      source: 'kernels/rms_norm.py',
      entry: 'rms_norm',
      init: [],
      parameters: [],
    });
    expect(target.arguments).toEqual([
      { kind: 'tensor', name: 'x', role: 'input', dtype: 'f16', shape: ['rows', 'cols'] },
      { kind: 'tensor', name: 'weight', role: 'input', dtype: 'f16', shape: ['cols'] },
      { kind: 'scalar', name: 'eps', type: 'f32' },
      { kind: 'tensor', name: 'y', role: 'output', dtype: 'f16', shape: ['rows', 'cols'] },
    ]);
  });

  it('is called in the order of args where they are given, dimensions among them', () => {
    const text = pythonWith(RMS_NORM, '    inputs:', '    args: [weight, rows, x, eps]\n    inputs:');
    expect(passed(text)).toEqual(['weight', 'rows', 'x', 'eps', 'y']);
    expect(targetOf(text).arguments[1]).toEqual({ kind: 'scalar', name: 'rows', type: 'i32' });
  });

  it('is passed a dimension that is among its scalars', () => {
    const text = pythonWith(RMS_NORM, 'eps: "f32 = 1e-5"', 'cols: "i64"');
    expect(passed(text)).toEqual(['x', 'weight', 'cols', 'y']);
  });

  it('may have several outputs, in the order in which they are declared', () => {
    const text = pythonWith(RMS_NORM, 'outputs: { y:', 'outputs: { norm: "f32[rows]", y:');
    expect(passed(text)).toEqual(['x', 'weight', 'eps', 'norm', 'y']);
  });

  it('may have a reference', () => {
    const text = `${RMS_NORM}    reference: "x * weight"\n`;
    expect(targetOf(text).reference).toBe('x * weight');
  });

  it('may have an input named stream', () => {
    const text = pythonWith(RMS_NORM, 'weight: "f16[cols]"', 'stream: "f16[cols]"');
    expect(passed(text)).toEqual(['x', 'stream', 'eps', 'y']);
  });
});

describe('a backward pass', () => {
  const problemOf = (text: string) => {
    try {
      parseConfiguration(text, 'kernelwright.yml');
    } catch (error) {
      return String(error);
    }
    return undefined;
  };
  const asked = (text: string, value = 'true') =>
    pythonWith(text, '    inputs:', `    backward: ${value}\n    inputs:`);

  it('is asked for by a module, and is off otherwise', () => {
    expect(targetOf(asked(GELU_MLP)).backward).toBe(true);
    expect(targetOf(asked(GELU_MLP, 'false'))).toEqual(targetOf(GELU_MLP));
  });

  it('is no matter of functions', () => {
    expect(problemOf(asked(RMS_NORM))).toContain('it goes only with "module"');
  });

  it('needs true or false', () => {
    expect(problemOf(asked(GELU_MLP, '"yes"'))).toContain(
      'targets.gelu_mlp.backward: expected true or false, got "yes"',
    );
  });

  it('stands beside no reference, which has no gradients', () => {
    const text = pythonWith(asked(GELU_MLP), '    inputs:', '    reference: "x"\n    inputs:');
    expect(problemOf(text)).toContain('targets.gelu_mlp.reference: gives no gradients, and stands beside "backward"');
  });

  it('needs a floating output', () => {
    const text = pythonWith(asked(GELU_MLP), 'y: "f32[batch, 256]"', 'y: "i64[batch, 256]"');
    expect(problemOf(text)).toContain('targets.gelu_mlp.backward: needs an output of floating point');
  });
});
