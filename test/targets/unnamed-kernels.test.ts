import { expect, test } from 'vitest';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { dependencyGraph } from '../../src/targets/dependencies/graph.ts';
import type { ChangedFile } from '../../src/targets/repository.ts';
import { unnamedKernels } from '../../src/targets/unnamed-kernels.ts';
import { filesInMemory } from './dependencies/files-in-memory.ts';
import { SOFTMAX } from './softmax-configuration.ts';

const configuration = parseConfiguration(SOFTMAX, 'kernelwright.yml');
const changed: ChangedFile[] = [
  { path: 'new.cu', status: 'added' },
  { path: 'kernels/softmax.cu', status: 'modified' },
  { path: 'kernels/rows.cu', status: 'modified' },
  { path: 'gone.cu', status: 'removed' },
  { path: 'moved.cu', status: 'renamed', previousPath: 'old.cu' },
  { path: 'header.cuh', status: 'added' },
];

test('finds changed kernels that no target names and none includes', async () => {
  const files = filesInMemory({ 'kernels/softmax.cu': '#include "rows.cu"\n', 'kernels/rows.cu': '' });
  const graph = dependencyGraph(files, 'ref', changed);
  expect(await unnamedKernels(configuration, changed, graph)).toEqual(['new.cu', 'moved.cu']);
});

test('finds them beside a target that cannot be looked through', async () => {
  const files = filesInMemory({ 'kernels/softmax.cu': '#include "a.h"\n', 'kernels/a.h': ' '.repeat(5 * 1024 * 1024) });
  const graph = dependencyGraph(files, 'ref', changed);
  expect(await unnamedKernels(configuration, changed, graph)).toEqual(['new.cu', 'kernels/rows.cu', 'moved.cu']);
});

test('reads nothing when there is none', async () => {
  const files = filesInMemory({});
  expect(await unnamedKernels(configuration, changed.slice(1, 2), dependencyGraph(files, 'ref'))).toEqual([]);
  expect(files.asked).toEqual([]);
});
