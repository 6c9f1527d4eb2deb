import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DTYPES, SCALAR_TYPES } from '../../src/core/target.ts';
import { ALLOWED_FLAGS } from '../../src/targets/compile-flags.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { TARGET_KEYS } from '../../src/targets/schema.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

test('the example is a configuration', () => {
  const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const { targets } = parseConfiguration(example, 'docs/configuration.md');
  expect(targets.map(({ name, vary }) => [name, vary.length])).toEqual([
    ['softmax', 6],
    ['rms_norm', 0],
  ]);
});

test('the example of a kernel is a configuration', () => {
  const example = /## Bare kernels\n.*?```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const [target] = parseConfiguration(example, 'docs/configuration.md').targets;
  expect(target).toMatchObject({ kind: 'kernel', entry: 'softmax_kernel', launch: { grid: ['rows', 1, 1] } });
  expect(target?.workloads[0]?.values).toMatchObject({ [String(target?.launch?.shared)]: 16_512 });
});

test('the example of modules and functions is a configuration', () => {
  const example = /## Modules and functions\n.*?```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const { targets } = parseConfiguration(example, 'docs/configuration.md');
  expect(targets.map(({ name, kind, entry }) => [name, kind, entry])).toEqual([
    ['gelu_mlp', 'module', 'GeluMLP'],
    ['rms_norm', 'function', 'rms_norm'],
  ]);
});

test('the example of projects is a configuration', () => {
  const example = /## kernel-builder projects\n.*?```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const { targets } = parseConfiguration(example, 'docs/configuration.md');
  expect(targets.map(({ name, source, entry, convention }) => [name, source, entry, convention])).toEqual([
    ['relu', 'kernels/relu/build.toml', '', 'benchmarks'],
    ['gelu', 'kernels/activation/build.toml', 'gelu', undefined],
  ]);
});

test('the example of notations is a configuration', () => {
  const example = /### Tensors\n.*?```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const [target] = parseConfiguration(example, 'docs/configuration.md').targets;
  expect(target?.arguments).toMatchSnapshot();
  expect(target?.workloads).toMatchSnapshot();
  expect(target?.resultOrder).toEqual(['y', 'cache']);
});

test('the example of build options is a configuration', () => {
  const example = /## How it is compiled\n.*?```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const [target] = parseConfiguration(example, 'docs/configuration.md').targets;
  expect(target?.build).toEqual({
    sources: ['csrc/softmax.cu', 'csrc/plan.cpp'],
    include: ['third_party/tile/include'],
    flags: ['-std=c++20', '-DTILE=64', '--use_fast_math', '-Xptxas=-dlcm=ca'],
    architectures: ['sm_80', 'sm_90a'],
  });
});

test('the example of new files is a configuration', () => {
  const example = /## Files that candidates may add\n.*?```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  const [target] = parseConfiguration(example, 'docs/configuration.md').targets;
  expect(target?.newFiles).toEqual({ patterns: ['kernels/softmax/*.cuh'] });
});

test('the table of flags has every flag that is allowed and no other', () => {
  const table = /## How it is compiled\n(.*?)\n## /s.exec(page)?.[1] ?? '';
  expect([...table.matchAll(/^\| `([^`]+)`/gm)].map(([, flag]) => flag)).toEqual(ALLOWED_FLAGS.map(({ name }) => name));
});

test('the table has every key of a target and no other', () => {
  const table = /## Keys of a target\n(.*?)\n### /s.exec(page)?.[1] ?? '';
  expect([...table.matchAll(/^\| `([^`]+)`/gm)].map(([, key]) => key)).toEqual(TARGET_KEYS);
});

test.each([...DTYPES, ...SCALAR_TYPES])('the page names %s', (type) => {
  expect(page).toContain(`\`${type}\``);
});

test('the errors are what is printed', () => {
  const expected = /```text\n(.*?)\n```/s.exec(page)?.[1];
  const text = `targets:
  softmax:
    source: kernels/softmax.cu
    entri: softmax_forward
    args: [x, y, stream]
    inputs:  { x: "f32[4096]" }
    outputs: { y: "f32[4096]" }
    workloads: [{}]
  scale:
    source: kernels/scale.cu
    entry: scale_forward
    args: [x, y, n, stream]
    inputs:  { x: "float32[n]" }
    outputs: { y: "f32[n]" }
    workloads: [{ n: 1048576 }]
`;
  let message = '';
  try {
    parseConfiguration(text, '.github/kernelwright.yml');
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toBe(expected);
});
