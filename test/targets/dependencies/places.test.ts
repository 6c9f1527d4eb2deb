import { expect, it } from 'vitest';
import { importPlaces } from '../../../src/targets/dependencies/import-places.ts';
import { includeFolders, includePlaces } from '../../../src/targets/dependencies/include-places.ts';

it('searches includes from the nearest folder to the root', () => {
  expect(includeFolders(['a/b/k.cu'])).toEqual(['a/b/include', 'a/include', 'include', 'csrc/include', '.']);
  expect(includeFolders(['csrc/k.cu'])).toEqual(['csrc/include', 'include', '.']);
  expect(includeFolders(['k.cu'])).toEqual(['include', 'csrc/include', '.']);
});

it('searches named folders first, and those of each source', () => {
  expect(includeFolders(['a/k.cu', 'b/c/l.cpp'], ['third_party', 'a/include'])).toEqual([
    'third_party',
    'a/include',
    'b/c/include',
    'b/include',
    'include',
    'csrc/include',
    '.',
  ]);
});

it('looks for quoted files beside the one that includes them', () => {
  const folders = includeFolders(['kernels/k.cu']);
  expect(includePlaces('kernels/k.cu', { name: '../x.cuh', quoted: true }, folders)).toEqual([
    'x.cuh',
    'kernels/x.cuh',
    'csrc/x.cuh',
  ]);
  expect(includePlaces('include/deep/a.cuh', { name: 'b.cuh', quoted: true }, folders)[0]).toBe('include/deep/b.cuh');
  expect(includePlaces('kernels/k.cu', { name: 'b.cuh', quoted: false }, folders)).toEqual([
    'kernels/include/b.cuh',
    'include/b.cuh',
    'csrc/include/b.cuh',
    'b.cuh',
  ]);
});

it.each([
  ['out of the repository', { name: '../../../x.h', quoted: true }],
  ["of the machine's", { name: '/usr/include/x.h', quoted: true }],
  ['that is the root', { name: '.', quoted: true }],
  ['that is above the root', { name: 'sub/../..', quoted: true }],
  ['that is a folder', { name: 'sub/', quoted: true }],
  ['with a character that no path has', { name: 'a\0.h', quoted: true }],
  ['longer than any path', { name: `${'a/'.repeat(3000)}b.h`, quoted: true }],
  ["of C++'s own", { name: 'version', quoted: false }],
])('looks for nothing %s', (_what, include) => {
  expect(includePlaces('k.cu', include, ['.'])).toEqual([]);
});

const imported = (from: string, module: string[], names: string[], level = 0) =>
  importPlaces(from, { level, module, names });

it('searches absolute imports from the root, from src/ and from beside the file', () => {
  expect(imported('ops/rope.py', ['a', 'b'], ['c'])).toEqual([
    ['a/__init__.py', 'src/a/__init__.py', 'ops/a/__init__.py'],
    ['a/b/__init__.py', 'a/b.py', 'src/a/b/__init__.py', 'src/a/b.py', 'ops/a/b/__init__.py', 'ops/a/b.py'],
    [
      ...['a/b/c/__init__.py', 'a/b/c.py', 'src/a/b/c/__init__.py', 'src/a/b/c.py'],
      ...['ops/a/b/c/__init__.py', 'ops/a/b/c.py'],
    ],
  ]);
});

it('finds a package by its own name from within, wherever it lies', () => {
  expect(imported('python/ours/ops/norm.py', ['ours', 'util'], [])).toEqual([
    [...['ours/__init__.py', 'src/ours/__init__.py', 'python/ours/ops/ours/__init__.py'], 'python/ours/__init__.py'],
    [
      ...['ours/util/__init__.py', 'ours/util.py', 'src/ours/util/__init__.py', 'src/ours/util.py'],
      ...['python/ours/ops/ours/util/__init__.py', 'python/ours/ops/ours/util.py'],
      ...['python/ours/util/__init__.py', 'python/ours/util.py'],
    ],
  ]);
  expect(imported('python/ours/norm.py', ['yours'], []).flat()).not.toContain('python/yours.py');
});

it('searches relative imports from the package of the file, which Python runs too', () => {
  expect(imported('src/pkg/sub/mod.py', ['q'], [], 2)).toEqual([
    ['src/pkg/sub/__init__.py'],
    ['src/pkg/__init__.py'],
    ['src/__init__.py'],
    ['src/pkg/q/__init__.py', 'src/pkg/q.py'],
  ]);
  expect(imported('mod.py', [], ['x'], 1)).toEqual([['x/__init__.py', 'x.py']]);
  expect(imported('mod.py', ['x'], [], 3)).toEqual([]);
});
