import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { GELU_MLP, pythonWith, RMS_NORM } from './python-configurations.ts';
import { SOFTMAX, softmaxWith } from './softmax-configuration.ts';

/** The softmax with its input written so. */
const input = (notation: string) => softmaxWith('{ x: "f32[rows, cols]" }', `{ x: ${JSON.stringify(notation)} }`);
/** The softmax with a scalar `causal` written so, which its workloads set. */
const scalar = (notation: string, value = '0') =>
  softmaxWith('cols, stream]', 'cols, causal, stream]')
    .replace('workloads:', `scalars: { causal: ${notation} }\n    workloads:`)
    .replaceAll(/cols: (\d+) \}/g, `cols: $1, causal: ${value} }`);
const workload = (written: string) => softmaxWith('{ rows: 4096, cols: 4096 }', written);

/** What people write who have not read the page, or know another tool well. */
const HABITS: Record<string, string> = {
  // YAML
  'a tab for indentation': softmaxWith('    source:', '\tsource:'),
  'no colon behind a key': softmaxWith('source: kernels', 'source kernels'),
  'no space behind a colon': softmaxWith('entry: softmax', 'entry:softmax'),
  'a tensor without quotes in braces': softmaxWith('"f32[rows, cols]"', 'f32[rows, cols]'),
  'a key twice': softmaxWith('entry: softmax_forward', 'entry: softmax_forward\n    entry: softmax'),
  'a merge key': softmaxWith('source:', '<<: *defaults\n    source:'),
  'a target as an item of a list': SOFTMAX.replace('  softmax:', '  - softmax:'),
  // Names of keys
  'workload for workloads': softmaxWith('workloads:', 'workload:'),
  'input for inputs': softmaxWith('inputs:', 'input:'),
  'in_place for inouts': softmaxWith('inputs:', 'inout: { z: "f32[rows]" }\n    inputs:'),
  'arguments for args': softmaxWith('args:', 'arguments:'),
  'file for source': softmaxWith('source:', 'file:'),
  'a dtype of its own': softmaxWith('args:', 'dtype: f32\n    args:'),
  // Where the code is
  'a module by dots': pythonWith(GELU_MLP, 'kernels/gelu_mlp.py', 'kernels.gelu_mlp'),
  'a module by dots all the way': pythonWith(GELU_MLP, 'kernels/gelu_mlp.py:GeluMLP', 'kernels.gelu_mlp.GeluMLP'),
  'a function with its parentheses': pythonWith(RMS_NORM, ':rms_norm\n', ':rms_norm()\n'),
  'a method': pythonWith(GELU_MLP, ':GeluMLP', ':GeluMLP.forward'),
  'a template as an entry': softmaxWith('softmax_forward', 'softmax_forward<float>'),
  'an entry in a namespace': softmaxWith('softmax_forward', 'ops::softmax_forward'),
  'several sources': softmaxWith('kernels/softmax.cu', '[kernels/softmax.cu, kernels/exp.cu]'),
  'an address as a source': softmaxWith('kernels/softmax.cu', 'https://example.com/softmax.cu'),
  'a header as a source': softmaxWith('kernels/softmax.cu', 'kernels/softmax.cuh'),
  // Tensors
  'a dtype of torch': input('torch.float32[rows, cols]'),
  'a dtype of NumPy': input('np.float16[rows, cols]'),
  'a pointer of C': input('const float*'),
  'a type of CUDA': input('__nv_bfloat16[rows, cols]'),
  'an 8-bit float without its format': input('fp8[rows, cols]'),
  'unsigned integers that there are none of': input('u32[rows, cols]'),
  'a tensor as a list': softmaxWith('"f32[rows, cols]"', '[rows, cols]'),
  'a tensor as a mapping': softmaxWith('"f32[rows, cols]"', '{ dtype: f32, shape: [rows, cols] }'),
  'tensors as a list': softmaxWith('{ x: "f32[rows, cols]" }', '[x]'),
  'extents in parentheses': input('f32(rows, cols)'),
  'extents in two pairs of brackets': input('f32[rows][cols]'),
  'extents with an x between them': input('f32[rows x cols]'),
  'extents with a semicolon between them': input('f32[rows; cols]'),
  'a dynamic extent': input('f32[rows, ?]'),
  'a slice for an extent': input('f32[rows, :]'),
  'a star for an extent': input('f32[rows, *]'),
  'an ellipsis for extents': input('f32[...]'),
  'a negative extent': input('f32[rows, -1]'),
  'an extent that depends on data': input('f32[nnz_of(x)]'),
  'an extent that is counted in a tensor': softmaxWith('{ y: "f32[rows, cols]" }', '{ y: "f32[x]" }'),
  'another name for ceil_div': input('f32[cdiv(rows, 32), cols]'),
  'a power': input('f32[rows ** 2, cols]'),
  'a fraction in a formula': input('f32[rows * 0.5, cols]'),
  'a division by zero': input('f32[rows, cols / (rows - 4096)]'),
  'a formula that comes to nothing': input('f32[rows, cols - 4096]'),
  'a range in brackets': input('i32[rows, cols] in [0, rows)'),
  'a range with a dash': input('i32[rows, cols] in 0-5'),
  'a range backwards': input('i32[rows, cols] in 5..0'),
  'a range of fractions for integers': input('i32[rows, cols] in 0..0.5'),
  'a range that is empty at one workload': input('i32[rows, cols] in 512..rows'),
  'a range beyond its type': input('u8[rows, cols] in 0..cols'),
  'a range of an output': softmaxWith('{ y: "f32[rows, cols]" }', '{ y: "f32[rows, cols] in 0..1" }'),
  'stride for strides': input('f32[rows, cols] stride [cols, 1]'),
  'one stride too few': input('f32[rows, cols] strides [cols]'),
  'strides that overlap': input('f32[rows, cols] strides [1, 1]'),
  'a stride of zero': input('f32[rows, cols] strides [0, 1]'),
  'strides without brackets': input('f32[rows, cols] strides cols, 1'),
  'an alignment that is no power of two': input('f32[rows, cols] align 12'),
  'an alignment of less than an element': input('f32[rows, cols] align 2'),
  'strides of what a function returns': pythonWith(
    RMS_NORM,
    'outputs: { y: "f16[rows, cols]"',
    'outputs: { y: "f16[rows, cols] strides [cols, 1]"',
  ),
  'something behind the extents': input('f32[rows, cols] row-major'),
  // Scalars
  'a scalar of a C type': scalar('size_t'),
  'a scalar of a torch type': scalar('"float"'),
  'a scalar that is its value': scalar('1e-5'),
  'values in brackets': scalar('"i32 in [0, 1]"'),
  'values as a range': scalar('"i32 in 0..1"'),
  'no values': scalar('"i32 in {}"'),
  'a fraction among values': scalar('"i32 in {0, 0.5}"'),
  'a default that is not allowed': scalar('"i32 in {0, 1} = 2"'),
  'a value that is not allowed': scalar('"i32 in {0, 1}"', '3'),
  'a truth value': scalar('"i32 in {0, 1}"', 'true'),
  'a dimension that may not be zero': softmaxWith(
    'workloads:',
    'scalars: { rows: "i32 in {0, 4096}" }\n    workloads:',
  ),
  // Workloads
  'a number as text': workload('{ rows: "4096", cols: 4096 }'),
  'a number with thousands': workload('{ rows: 4_096, cols: 4096 }'),
  'a number with a unit': workload('{ rows: 4k, cols: 4096 }'),
  'a negative size': workload('{ rows: -4096, cols: 4096 }'),
  'a workload as text': workload('rows=4096, cols=4096'),
  'a workload as a list': workload('[4096, 4096]'),
  'one workload without a list': softmaxWith(
    '\n      - { rows: 4096, cols: 4096 }\n      - { rows: 512, cols: 32000 }',
    ' { rows: 4096, cols: 4096 }',
  ),
  'a list of values in a workload': workload('{ rows: [512, 4096], cols: 4096 }'),
  'a formula in a workload': workload('{ rows: 4096, cols: 2 * rows }'),
  'one value to vary': softmaxWith('{ rows: [1, 7], cols: [1, 31, 4097] }', '{ rows: 7 }'),
  'vary as a list': softmaxWith('{ rows: [1, 7], cols: [1, 31, 4097] }', '[ { rows: 7, cols: 31 } ]'),
  'vary beyond the allowed values': softmaxWith(
    'workloads:',
    'scalars: { rows: "i32 in {512, 4096}" }\n    workloads:',
  ),
  'a reference that is a list': softmaxWith('"torch.softmax(x, dim=-1)"', '[x, x]'),
};

function messageFor(text: string): string {
  try {
    parseConfiguration(text, 'kernelwright.yml');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a newcomer who writes', () => {
  it.each(Object.entries(HABITS))('%s is told', (_, text) => {
    expect(messageFor(text)).toMatchSnapshot();
  });
});

it('every line of every message begins with file, line and column', () => {
  const lines = Object.values(HABITS).flatMap((text) => messageFor(text).split('\n'));
  expect(lines.filter((line) => !/^kernelwright\.yml:[1-9]\d*:[1-9]\d*: ./.test(line))).toEqual([]);
});
