import { expect, test } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { GELU_MLP, pythonWith, RMS_NORM } from './python-configurations.ts';
import { SOFTMAX, softmaxWith } from './softmax-configuration.ts';

const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...['b', 'c', 'd', 'e', 'f'].map((name, index) => {
    const previous = 'abcdef'[index];
    return `${name}: &${name} [${Array(9).fill(`*${previous}`).join(', ')}]`;
  }),
  'targets: {}',
].join('\n');

const twoNames = SOFTMAX.replace('targets:\n', '');

/** The softmax as a bare kernel, with a change. */
function kernelWith(from: string, to: string): string {
  const kernel = SOFTMAX.replace(
    'entry: softmax_forward',
    'kernel: softmax_kernel\n    launch: { grid: rows, block: 256 }',
  ).replace('cols, stream]', 'cols]');
  if (!kernel.includes(from)) throw new Error(`the configuration has no ${from}`);
  return kernel.replace(from, to);
}

const MALFORMED: Record<string, string> = {
  'empty file': '',
  'only a comment': '# nothing yet\n',
  'not YAML: an unclosed quote': softmaxWith('"torch.softmax(x, dim=-1)"', '"torch.softmax(x, dim=-1)'),
  'not YAML: a tab': 'targets:\n\tsoftmax: {}\n',
  'not YAML: nested mappings on one line': 'targets: softmax: {}\n',
  'not a mapping': '- softmax\n- gelu\n',
  'plain text': 'optimize everything please',
  'two documents': `${SOFTMAX}---\n${SOFTMAX}`,
  'an unknown tag': softmaxWith('softmax_forward', '!!python/object softmax_forward'),
  'an alias without an anchor': softmaxWith('softmax_forward', '*launcher'),
  'an alias bomb': bomb,
  'too deeply nested': `targets: ${'['.repeat(20_000)}`,
  'too long': `${SOFTMAX}${'#'.repeat(300 * 1024)}`,
  'a prototype as a key': softmaxWith('source:', '__proto__: { entry: x }\n    source:'),
  'a list as a key': softmaxWith('source:', '? [a, b]\n    : 1\n    source:'),
  'no targets key': 'version: 1\n',
  'a misspelt targets key': SOFTMAX.replace('targets:', 'target:'),
  'an unknown key beside targets': `${SOFTMAX}version: 2\n`,
  'targets is null': 'targets:\n',
  'no targets': 'targets: {}\n',
  'targets is a list': 'targets: [softmax]\n',
  'a target that is text': 'targets:\n  softmax: kernels/softmax.cu\n',
  'a target name with a slash': softmaxWith('softmax:', 'soft/max:'),
  'the same target twice': `targets:\n${twoNames}${twoNames}`,
  'a misspelt key': softmaxWith('entry:', 'entri:'),
  'an unknown key far from all': softmaxWith('source:', 'gridDimensions: 3\n    source:'),
  'a missing key': softmaxWith('    entry: softmax_forward\n', ''),
  'nothing to optimize': softmaxWith('    source: kernels/softmax.cu\n    entry: softmax_forward\n', ''),
  'a target that is null': 'targets:\n  softmax:\n',
  'a kernel with an entry': kernelWith('args:', 'entry: softmax_forward\n    args:'),
  'a kernel beside a module': kernelWith('args:', 'module: a.py:B\n    args:'),
  'a kernel without a launch': kernelWith('    launch: { grid: rows, block: 256 }\n', ''),
  'a launch without a kernel': kernelWith('    kernel: softmax_kernel\n', ''),
  'a kernel with its launch in its name': kernelWith('softmax_kernel', '"softmax_kernel<<<rows, 256>>>"'),
  'a launch as CUDA writes it': kernelWith('{ grid: rows, block: 256 }', '"<<<rows, 256>>>"'),
  'a misspelt key of a launch': kernelWith('block: 256', 'blocks: 256'),
  'a launch without a grid': kernelWith('grid: rows, ', ''),
  'a grid that is a mapping': kernelWith('grid: rows', 'grid: { x: rows }'),
  'a grid in four dimensions': kernelWith('grid: rows', 'grid: [rows, 1, 1, 1]'),
  'a grid of a tensor': kernelWith('grid: rows', 'grid: x'),
  'a grid by a call': kernelWith('grid: rows', 'grid: "cdiv(rows, 4)"'),
  'a block of too many threads': kernelWith('block: 256', 'block: [64, 32]'),
  'a grid of nothing': kernelWith('grid: rows', 'grid: "rows - rows"'),
  'more shared memory than there is': kernelWith('block: 256', 'block: 256, shared: "4 * rows * cols"'),
  'a kernel that is passed the stream': kernelWith('cols]', 'cols, stream]'),
  'a module beside a source': softmaxWith('entry: softmax_forward', 'module: kernels/softmax.py:Softmax'),
  'a function beside a module': pythonWith(RMS_NORM, 'inputs:', 'module: a.py:B\n    inputs:'),
  'a misspelt module': pythonWith(GELU_MLP, 'module:', 'modul:'),
  'a misspelt function': pythonWith(RMS_NORM, 'function:', 'fucntion:'),
  'a module that is a list': pythonWith(GELU_MLP, 'kernels/gelu_mlp.py:GeluMLP', '[kernels/gelu_mlp.py, GeluMLP]'),
  'a module without a class': pythonWith(GELU_MLP, '.py:GeluMLP', '.py'),
  'a module without a path': pythonWith(GELU_MLP, 'kernels/gelu_mlp.py:', ''),
  'a module with an empty class': pythonWith(GELU_MLP, 'kernels/gelu_mlp.py:GeluMLP', '"kernels/gelu_mlp.py:"'),
  'a class inside another': pythonWith(GELU_MLP, ':GeluMLP', ':Models.GeluMLP'),
  'two colons': pythonWith(GELU_MLP, ':GeluMLP', '::GeluMLP'),
  'a module by its dotted name': pythonWith(GELU_MLP, 'kernels/gelu_mlp.py', 'kernels.gelu_mlp'),
  'a module in CUDA': pythonWith(GELU_MLP, '.py', '.cu'),
  'a module outside': pythonWith(GELU_MLP, 'kernels/', '../'),
  'an absolute module': pythonWith(GELU_MLP, 'kernels/', '/kernels/'),
  'a module like an option': pythonWith(GELU_MLP, 'kernels/', '"./-').replace('GeluMLP\n', 'GeluMLP"\n'),
  'a module with an entry': pythonWith(GELU_MLP, 'init:', 'entry: GeluMLP\n    init:'),
  'an unknown key of a module': pythonWith(GELU_MLP, 'init:', 'initialize: true\n    init:'),
  'a misspelt key of a module': pythonWith(GELU_MLP, 'init:', 'inits:'),
  'a misspelt key of a function': pythonWith(RMS_NORM, 'scalars:', 'scalers:'),
  'no workloads key of a module': pythonWith(GELU_MLP, '    workloads: [ { batch: 4096 } ]\n', ''),
  'init of nothing': pythonWith(GELU_MLP, '[256, 1024]', ''),
  'init that is a number': pythonWith(GELU_MLP, '[256, 1024]', '256'),
  'init with a number that JSON has not': pythonWith(GELU_MLP, '[256, 1024]', '[256, { eps: [.nan] }]'),
  'init with an integer beyond precision': pythonWith(GELU_MLP, '[256, 1024]', '{ seed: 12345678901234567890 }'),
  'init by a keyword that is no name': pythonWith(GELU_MLP, '[256, 1024]', '{ hidden-size: 256 }'),
  'init of a launcher': softmaxWith('args:', 'init: [1]\n    args:'),
  'init of a function': pythonWith(RMS_NORM, 'inputs:', 'init: []\n    inputs:'),
  'a function with an output among its args': pythonWith(RMS_NORM, 'inputs:', 'args: [x, weight, y, eps]\n    inputs:'),
  'a function with a stream': pythonWith(RMS_NORM, 'inputs:', 'args: [x, weight, eps, stream]\n    inputs:'),
  'a function without one of its inputs': pythonWith(RMS_NORM, 'inputs:', 'args: [x, eps]\n    inputs:'),
  'a function with an unknown argument': pythonWith(RMS_NORM, 'inputs:', 'args: [x, wieght, eps]\n    inputs:'),
  'a function with an argument unlike all others': pythonWith(
    RMS_NORM,
    'inputs:',
    'args: [x, weight, eps, steam]\n    inputs:',
  ),
  'a scalar named after an input': pythonWith(RMS_NORM, 'eps:', 'weight:'),
  'a kernel-builder target that names a file': 'targets:\n  norm:\n    kernel-builder: norm/build.toml\n',
  'an absolute source': softmaxWith('kernels/softmax.cu', '/etc/softmax.cu'),
  'a source outside': softmaxWith('kernels/softmax.cu', 'kernels/../../softmax.cu'),
  'a source with backslashes': softmaxWith('kernels/softmax.cu', 'kernels\\softmax.cu'),
  'a source like an option': softmaxWith('kernels/softmax.cu', '-softmax.cu'),
  'a source like a file of options': softmaxWith('kernels/softmax.cu', '"./@softmax.cu"'),
  'a source that is not CUDA': softmaxWith('kernels/softmax.cu', 'kernels/softmax.py'),
  'a source with a control character': softmaxWith('kernels/softmax.cu', '"kernels/soft\\u0000max.cu"'),
  'an entry with arguments': softmaxWith('softmax_forward', 'softmax_forward(float*)'),
  'an entry that is a number': softmaxWith('softmax_forward', '42'),
  'args as text': softmaxWith('[x, y, rows, cols, stream]', 'x, y, rows'),
  'no args': softmaxWith('[x, y, rows, cols, stream]', '[]'),
  'a number among args': softmaxWith('[x, y,', '[x, 7, y,'),
  'an argument that nothing declares': softmaxWith('cols, stream]', 'cols, steam]'),
  'an argument unlike all others': softmaxWith('cols, stream]', 'cols, epsilon, stream]'),
  'an argument twice': softmaxWith('[x, y,', '[x, x, y,'),
  'a tensor that is not in args': softmaxWith('[x, y,', '[y,'),
  'a scalar that is not in args': softmaxWith('workloads:', 'scalars: { eps: "f32 = 1e-5" }\n    workloads:'),
  'no outputs': softmaxWith('{ y: "f32[rows, cols]" }', '{}'),
  'inputs is null': softmaxWith('{ x: "f32[rows, cols]" }', ''),
  'a tensor that is a number': softmaxWith('{ x: "f32[rows, cols]" }', '{ x: 32 }'),
  'a tensor without extents': softmaxWith('{ x: "f32[rows, cols]" }', '{ x: "f32" }'),
  'an unclosed bracket': softmaxWith('{ x: "f32[rows, cols]" }', '{ x: "f32[rows, cols" }'),
  'an unknown dtype': softmaxWith('{ x: "f32[rows, cols]" }', '{ x: "float32[rows, cols]" }'),
  'a misspelt dtype': softmaxWith('{ x: "f32[rows, cols]" }', '{ x: "bf61[rows, cols]" }'),
  'an extent of zero': softmaxWith('{ x: "f32[rows, cols]" }', '{ x: "f32[rows, 0]" }'),
  'an unfinished expression': softmaxWith('{ x: "f32[rows, cols]" }', '{ x: "f32[rows, cols*]" }'),
  'an empty extent': softmaxWith('{ x: "f32[rows, cols]" }', '{ x: "f32[rows,, cols]" }'),
  'a tensor that is no name': softmaxWith('{ x: "f32[rows, cols]" }', '{ 2x: "f32[rows, cols]" }'),
  'an extent named after a tensor': softmaxWith('{ x: "f32[rows, cols]" }', '{ x: "f32[rows, y]" }'),
  'an extent named after a Python module': softmaxWith('{ x: "f32[rows, cols]" }', '{ x: "f32[rows, math]" }'),
  'a tensor named after a Python module': softmaxWith('{ x: "f32[rows, cols]" }', '{ torch: "f32[rows, cols]" }'),
  'an extent named stream': softmaxWith('{ x: "f32[rows, cols]" }', '{ x: "f32[rows, stream]" }'),
  'a tensor on both sides': softmaxWith('{ y: "f32[rows, cols]" }', '{ x: "f32[rows, cols]", y: "f32[rows]" }'),
  'an unknown scalar type': softmaxWith('workloads:', 'scalars: { rows: "int32" }\n    workloads:'),
  'a default that is no number': softmaxWith('workloads:', 'scalars: { rows: "i64 = many" }\n    workloads:'),
  'a default that does not fit': softmaxWith('workloads:', 'scalars: { rows: "i32 = 0.5" }\n    workloads:'),
  'a fractional dimension type': softmaxWith('workloads:', 'scalars: { rows: "f32" }\n    workloads:'),
  'no workloads': softmaxWith('- { rows: 4096, cols: 4096 }\n      - { rows: 512, cols: 32000 }', '[]'),
  'a workload that is a number': softmaxWith('{ rows: 4096, cols: 4096 }', '4096'),
  'a workload without a dimension': softmaxWith('{ rows: 4096, cols: 4096 }', '{ rows: 4096 }'),
  'a workload with a misspelt dimension': softmaxWith(
    '{ rows: 4096, cols: 4096 }',
    '{ rows: 4096, cols: 4096, col: 2 }',
  ),
  'a workload with text': softmaxWith('{ rows: 4096, cols: 4096 }', '{ rows: 4k, cols: 4096 }'),
  'a workload of zero rows': softmaxWith('{ rows: 4096, cols: 4096 }', '{ rows: 0, cols: 4096 }'),
  'a negative extent': softmaxWith('{ rows: 4096, cols: 4096 }', '{ rows: -1, cols: 4096 }'),
  'half a row': softmaxWith('{ rows: 4096, cols: 4096 }', '{ rows: 1.5, cols: 4096 }'),
  'infinitely many rows': softmaxWith('{ rows: 4096, cols: 4096 }', '{ rows: .inf, cols: 4096 }'),
  'an extent beyond an i32': softmaxWith('{ rows: 4096, cols: 4096 }', '{ rows: 3000000000, cols: 1 }'),
  'more memory than there is': softmaxWith('{ rows: 4096, cols: 4096 }', '{ rows: 1000000, cols: 1000000 }'),
  'the same workload twice': softmaxWith('{ rows: 512, cols: 32000 }', '{ cols: 4096, rows: 4096 }'),
  'an unknown key in vary': softmaxWith('vary: { rows:', 'vary: { row:'),
  'vary without a list': softmaxWith('rows: [1, 7]', 'rows: 7'),
  'vary with nothing': softmaxWith('rows: [1, 7]', 'rows: []'),
  'vary with zero': softmaxWith('rows: [1, 7]', 'rows: [1, 0]'),
  'vary with a value twice': softmaxWith('rows: [1, 7]', 'rows: [7, 7]'),
  'too many combinations': softmaxWith('rows: [1, 7]', 'rows: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]'),
  'vary beyond memory': softmaxWith('rows: [1, 7]', 'rows: [1000000000]'),
  'an emulated workload without a dimension': softmaxWith('{ rows: 33, cols: 257 }', '{ rows: 33 }'),
  'an empty reference': softmaxWith('"torch.softmax(x, dim=-1)"', '""'),
  'many problems at once': `${Array.from({ length: 12 }, (_, index) => `key${index}: 1\n`).join('')}${SOFTMAX}`,
  'problems in several places, in the order of the file': softmaxWith('kernels/softmax.cu', '/k.cu')
    .replace('softmax_forward', 'soft-max')
    .replace('[x, y,', '[x, z,'),
};

test.each(Object.entries(MALFORMED))('%s', (_, text) => {
  expect(messageFor(text)).toMatchSnapshot();
});

/** The message with which a configuration is refused. */
function messageFor(text: string): string {
  try {
    parseConfiguration(text, 'kernelwright.yml');
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  throw new Error('the configuration was accepted');
}
