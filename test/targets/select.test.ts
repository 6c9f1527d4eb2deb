import { expect, test } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';
import { type Configuration, parseConfiguration } from '../../src/targets/configuration.ts';
import { dependencyGraph } from '../../src/targets/dependencies/graph.ts';
import type { ChangedFile } from '../../src/targets/repository.ts';
import { selectTargets } from '../../src/targets/select.ts';
import { filesInMemory } from './dependencies/files-in-memory.ts';
import { GELU_MLP } from './python-configurations.ts';
import { SOFTMAX, softmaxWith } from './softmax-configuration.ts';

const configuration = parseConfiguration(SOFTMAX, 'kernelwright.yml');
const path = 'kernels/softmax.cu';

const select = (
  targets: Configuration,
  changed: readonly ChangedFile[],
  files: Record<string, string> = { [path]: '' },
) => selectTargets(targets, changed, dependencyGraph(filesInMemory(files), 'ref', changed));

const SELECTED: [string, ChangedFile][] = [
  ['kernels/softmax.cu was added', { path, status: 'added' }],
  ['kernels/softmax.cu was modified', { path, status: 'modified' }],
  ['kernels/softmax.cu was renamed from old.cu', { path, status: 'renamed', previousPath: 'old.cu' }],
];
test.each(SELECTED)('selects a target because %s', async (because, file) => {
  const other: ChangedFile = { path: 'README.md', status: 'modified' };
  expect(await select(configuration, [other, file])).toEqual({
    selected: [{ target: configuration.targets[0], because }],
    leftOut: [],
  });
});

test('selects a target because its .py file was modified', async () => {
  const { targets } = parseConfiguration(GELU_MLP, 'kernelwright.yml');
  const changed: ChangedFile[] = [{ path: 'kernels/gelu_mlp.py', status: 'modified' }];
  expect((await select({ targets }, changed)).selected).toEqual([
    { target: targets[0], because: 'kernels/gelu_mlp.py was modified' },
  ]);
});

test('says which key to change when a .py file was renamed', async () => {
  const changed: ChangedFile[] = [{ path: 'mlp.py', status: 'renamed', previousPath: 'kernels/gelu_mlp.py' }];
  expect((await select(parseConfiguration(GELU_MLP, 'kernelwright.yml'), changed)).leftOut).toEqual([
    {
      name: 'gelu_mlp',
      because: "kernels/gelu_mlp.py was renamed to mlp.py; change the target's module",
      unread: true,
    },
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
test.each(LEFT_OUT)('leaves a target out because %s', async (because, files) => {
  const { selected, leftOut } = await select(configuration, files);
  expect([selected, leftOut]).toMatchObject([[], [{ name: 'softmax', because }]]);
  // Where it is now has to be told by somebody; all else is as it should be.
  expect(leftOut[0]?.unread === true).toBe(because.includes('renamed'));
});

test('leaves a changed target out that cannot be read whole, with the reason', async () => {
  const changed: ChangedFile[] = [{ path, status: 'modified' }];
  const files = filesInMemory({ [path]: '#include "blob.h"\n' });
  const readFile = async (asked: string, ref: string) => {
    if (asked === 'kernels/blob.h') throw new ConfigurationError('kernels/blob.h is not UTF-8 text');
    return files.readFile(asked, ref);
  };
  const graph = dependencyGraph({ ...files, readFile }, 'ref', changed);
  const because = `kernels/blob.h is not UTF-8 text (${path} includes it)`;
  expect(await selectTargets(configuration, changed, graph)).toEqual({
    selected: [],
    leftOut: [{ name: 'softmax', because, unread: true }],
  });
});

const SHARED = {
  [path]: '#include "include/warp.cuh"\n',
  'include/warp.cuh': '#include "reduce.cuh"\n#include "sum.cuh"\n',
  'include/sum.cuh': '',
};
const REACHED: [string, ChangedFile][] = [
  [
    'include/warp.cuh was modified, which kernels/softmax.cu includes',
    { path: 'include/warp.cuh', status: 'modified' },
  ],
  [
    'include/sum.cuh was added, which kernels/softmax.cu includes through include/warp.cuh',
    { path: 'include/sum.cuh', status: 'added' },
  ],
  [
    'include/reduce.cuh was removed, which kernels/softmax.cu includes through include/warp.cuh',
    { path: 'include/reduce.cuh', status: 'removed' },
  ],
  [
    'include/reduce.cuh was renamed to include/total.cuh, which kernels/softmax.cu includes through include/warp.cuh',
    { path: 'include/total.cuh', status: 'renamed', previousPath: 'include/reduce.cuh' },
  ],
  [
    'include/sum.cuh was renamed from old.cuh, which kernels/softmax.cu includes through include/warp.cuh',
    { path: 'include/sum.cuh', status: 'renamed', previousPath: 'old.cuh' },
  ],
];
test.each(REACHED)('selects a target because %s', async (because, file) => {
  expect(await select(configuration, [file], SHARED)).toEqual({
    selected: [{ target: configuration.targets[0], because }],
    leftOut: [],
  });
});

test('selects a target because a module that it imports was modified', async () => {
  const files = {
    'kernels/gelu_mlp.py': 'from .layers import Linear\n',
    'kernels/layers.py': 'import kit.a\n',
    'kit/a.py': 'import kit.b\n',
    'kit/b.py': '',
  };
  const { targets } = parseConfiguration(GELU_MLP, 'kernelwright.yml');
  const { selected } = await select({ targets }, [{ path: 'kit/b.py', status: 'modified' }], files);
  expect(selected.map(({ because }) => because)).toEqual([
    'kit/b.py was modified, which kernels/gelu_mlp.py imports through kernels/layers.py and kit/a.py',
  ]);
});

test('leaves a target out when nothing that it needs changed', async () => {
  const { leftOut } = await select(configuration, [{ path: 'include/other.cuh', status: 'modified' }], SHARED);
  expect(leftOut).toEqual([
    { name: 'softmax', because: 'neither kernels/softmax.cu nor anything that it includes changed' },
  ]);
});

test('leaves a target out whose source is not there, or which needs too much to be looked through', async () => {
  const header: ChangedFile = { path: 'a.cuh', status: 'modified' };
  expect((await select(configuration, [header], {})).leftOut).toEqual([
    { name: 'softmax', because: 'there is no kernels/softmax.cu' },
  ]);
  const huge = { [path]: '#include "a.cuh"\n', 'a.cuh': ' '.repeat(5 * 1024 * 1024) };
  expect((await select(configuration, [header], huge)).leftOut[0]?.because).toMatch(
    /^kernels\/softmax\.cu and what it includes are more than 200 files or 4 MiB/,
  );
});

test('reads nothing when nothing that changed can be part of a target', async () => {
  const files = filesInMemory(SHARED);
  const changed: ChangedFile[] = ['README.md', 'tool.py'].map((name) => ({ path: name, status: 'modified' }));
  await selectTargets(configuration, changed, dependencyGraph(files, 'ref', changed));
  expect(files.asked).toEqual([]);
});

const SEVERAL = parseConfiguration(
  softmaxWith('args:', 'sources: [host/plan.cpp]\n    include: [vendor/inc]\n    args:'),
  'kernelwright.yml',
);
const OF_SEVERAL = {
  [path]: '',
  'host/plan.cpp': '#include <plan.h>\n',
  'vendor/inc/plan.h': '#include "types.h"\n',
  'vendor/inc/types.h': '',
};
test.each([
  ['host/plan.cpp was modified, which is compiled with kernels/softmax.cu', 'host/plan.cpp'],
  ['vendor/inc/plan.h was modified, which host/plan.cpp includes', 'vendor/inc/plan.h'],
  ['vendor/inc/types.h was modified, which host/plan.cpp includes through vendor/inc/plan.h', 'vendor/inc/types.h'],
])('selects a target of several sources because %s', async (because, changed) => {
  const { selected } = await select(SEVERAL, [{ path: changed, status: 'modified' }], OF_SEVERAL);
  expect(selected.map((one) => one.because)).toEqual([because]);
});

test('leaves a target of several sources out when none of them changed', async () => {
  const { leftOut } = await select(SEVERAL, [{ path: 'other.h', status: 'modified' }], OF_SEVERAL);
  expect(leftOut[0]?.because).toBe(
    'neither kernels/softmax.cu, nor what is compiled with it, nor anything that it includes changed',
  );
});
