import { expect, test } from 'vitest';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import type { ChangedFile } from '../../src/targets/repository.ts';
import { selectTargets } from '../../src/targets/select.ts';
import { GELU_MLP } from './python-configurations.ts';
import { SOFTMAX } from './softmax-configuration.ts';

const configuration = parseConfiguration(SOFTMAX, 'kernelwright.yml');
const path = 'kernels/softmax.cu';

const SELECTED: [string, ChangedFile][] = [
  ['kernels/softmax.cu was added', { path, status: 'added' }],
  ['kernels/softmax.cu was modified', { path, status: 'modified' }],
  ['kernels/softmax.cu was renamed from old.cu', { path, status: 'renamed', previousPath: 'old.cu' }],
];
test.each(SELECTED)('selects a target because %s', (because, file) => {
  const other: ChangedFile = { path: 'README.md', status: 'modified' };
  expect(selectTargets(configuration, [other, file])).toEqual({
    selected: [{ target: configuration.targets[0], because }],
    leftOut: [],
  });
});

test('selects a target because its .py file was modified', () => {
  const { targets } = parseConfiguration(GELU_MLP, 'kernelwright.yml');
  const changed: ChangedFile[] = [{ path: 'kernels/gelu_mlp.py', status: 'modified' }];
  expect(selectTargets({ targets }, changed).selected).toEqual([
    { target: targets[0], because: 'kernels/gelu_mlp.py was modified' },
  ]);
});

test('says which key to change when a .py file was renamed', () => {
  const changed: ChangedFile[] = [{ path: 'mlp.py', status: 'renamed', previousPath: 'kernels/gelu_mlp.py' }];
  expect(selectTargets(parseConfiguration(GELU_MLP, 'kernelwright.yml'), changed).leftOut).toEqual([
    { name: 'gelu_mlp', because: "kernels/gelu_mlp.py was renamed to mlp.py; change the target's module" },
  ]);
});

const LEFT_OUT: [string, ChangedFile[]][] = [
  ['kernels/softmax.cu did not change', []],
  ['kernels/softmax.cu did not change', [{ path: 'other/softmax.cu', status: 'modified' }]],
  ['kernels/softmax.cu was removed', [{ path, status: 'removed' }]],
  [
    "kernels/softmax.cu was renamed to new.cu; change the target's source",
    [{ path: 'new.cu', status: 'renamed', previousPath: path }],
  ],
];
test.each(LEFT_OUT)('leaves a target out because %s', (because, files) => {
  expect(selectTargets(configuration, files)).toEqual({ selected: [], leftOut: [{ name: 'softmax', because }] });
});
