import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../src/core/errors.ts';
import { dependencyGraph } from '../../../src/targets/dependencies/graph.ts';
import type { ChangedFile } from '../../../src/targets/repository.ts';
import { NotAPlainFile } from '../../../src/targets/text-file.ts';
import { filesInMemory } from './files-in-memory.ts';

const launcher = (source = 'kernels/k.cu') => ({ name: 'k', kind: 'launcher', source }) as const;
const python = (source: string) => ({ name: 'm', kind: 'module', source }) as const;

const paths = async (files: Record<string, string>, target: ReturnType<typeof launcher | typeof python>) =>
  (await dependencyGraph(filesInMemory(files), 'ref').neededBy(target))?.map(({ path }) => path);

describe('a launcher', () => {
  it('needs its headers and theirs, the nearest first, each with the way to it', async () => {
    const files = {
      'kernels/k.cu': '#include "warp.cuh"\n#include "local.cuh"\n#include <vector>\n#include "cuda_runtime.h"\n',
      'kernels/local.cuh': '',
      'include/warp.cuh': '#include "reduce.cuh"\n',
      'include/reduce.cuh': '#include "detail/sum.inl"\n',
      'include/detail/sum.inl': '// sum',
      'include/other.cuh': '',
    };
    const needed = await dependencyGraph(filesInMemory(files), 'ref').neededBy(launcher());
    expect(needed?.map(({ path, through }) => [path, ...through])).toEqual([
      ['kernels/k.cu'],
      ['include/warp.cuh'],
      ['kernels/local.cuh'],
      ['include/reduce.cuh', 'include/warp.cuh'],
      ['include/detail/sum.inl', 'include/warp.cuh', 'include/reduce.cuh'],
    ]);
    expect(needed?.at(-1)?.content).toBe('// sum');
  });

  it('may include in circles', async () => {
    const files = {
      'kernels/k.cu': '#include "a.h"\n',
      'kernels/a.h': '#include "b.h"',
      'kernels/b.h': '#include "a.h"',
    };
    expect(await paths(files, launcher())).toEqual(['kernels/k.cu', 'kernels/a.h', 'kernels/b.h']);
  });

  it('takes the first of several files of one name', async () => {
    const files = { 'kernels/k.cu': '#include "a.h"\n', 'include/a.h': '', 'kernels/include/a.h': '', 'a.h': '' };
    expect(await paths(files, launcher())).toEqual(['kernels/k.cu', 'kernels/include/a.h']);
  });

  it('has no files without a source', async () => {
    expect(await paths({}, launcher())).toBeUndefined();
  });

  it('passes over what is no plain file', async () => {
    const files = filesInMemory({ 'kernels/k.cu': '#include "cutlass/a.h"\n', 'cutlass/a.h': '' });
    const graph = dependencyGraph(
      {
        async readFile(path, ref) {
          if (path.startsWith('include/')) throw new NotAPlainFile('include is a symbolic link');
          return files.readFile(path, ref);
        },
        listFiles: files.listFiles,
      },
      'ref',
    );
    expect((await graph.neededBy(launcher()))?.map(({ path }) => path)).toEqual(['kernels/k.cu', 'cutlass/a.h']);
  });

  it('is refused when it needs more than 200 files', async () => {
    const headers = (count: number) => Array.from({ length: count }, (_, index) => `h${index}.h`);
    const files = (count: number) => ({
      'kernels/k.cu': headers(count)
        .map((name) => `#include "${name}"\n`)
        .join(''),
      ...Object.fromEntries(headers(count).map((name) => [`kernels/${name}`, ''])),
    });
    expect(await paths(files(199), launcher())).toHaveLength(200);
    await expect(paths(files(200), launcher())).rejects.toThrow(
      new ConfigurationError(
        'kernels/k.cu and what it includes are more than 200 files or 4 MiB of this repository; name a source that needs less of it',
        { target: 'k' },
      ),
    );
  });

  it('is refused with a file that is named like one of the harness', async () => {
    const files = { 'kernels/k.cu': '#include "../kernelwright-ext/a.h"\n', 'kernelwright-ext/a.h': '' };
    await expect(paths(files, launcher())).rejects.toThrow(/^k: kernelwright-ext\/a\.h cannot be part of a target/);
    await expect(paths({ 'kernelwright-k.cu': '' }, launcher('kernelwright-k.cu'))).rejects.toThrow(ConfigurationError);
  });

  it('is refused when it needs more than 4 MiB', async () => {
    const half = ' '.repeat(2 * 1024 * 1024);
    const files = { 'kernels/k.cu': '#include "a.h"\n#include "b.h"\n', 'kernels/a.h': half, 'kernels/b.h': half };
    await expect(paths(files, launcher())).rejects.toThrow(ConfigurationError);
  });
});

describe('a Python target', () => {
  it('needs the modules of the repository that it imports, and their packages', async () => {
    const files = {
      'ops/rope.py': 'import torch\nfrom kit.maths import angle\nimport plain\n',
      'kit/__init__.py': 'from . import version\n',
      'kit/version.py': '',
      'kit/maths/__init__.py': '',
      'kit/maths/angle.py': 'from ..tables import sines\n',
      'kit/tables.py': '',
      'kit/unused.py': '',
      'src/plain.py': 'import ops.rope\n',
    };
    expect(await paths(files, python('ops/rope.py'))).toEqual([
      'ops/rope.py',
      'kit/__init__.py',
      'kit/maths/__init__.py',
      'kit/maths/angle.py',
      'src/plain.py',
      'kit/version.py',
      'kit/tables.py',
    ]);
  });
});

it('reads each file once, for all targets', async () => {
  const files = { 'a.cu': '#include "x.h"\n', 'b.cu': '#include "x.h"\n', 'x.h': '#include "y.h"\n', 'y.h': '' };
  const repository = filesInMemory(files);
  const graph = dependencyGraph(repository, 'ref');
  await Promise.all([launcher('a.cu'), launcher('b.cu'), launcher('a.cu')].map(graph.neededBy));
  expect(repository.asked).toHaveLength(new Set(repository.asked).size);
});

it('keeps the places of files that are gone', async () => {
  const files = { 'kernels/k.cu': '#include "a.h"\n#include "b.h"\n', 'include/a.h': '' };
  const graph = dependencyGraph(filesInMemory(files), 'ref', [
    { path: 'kernels/a.h', status: 'removed' },
    { path: 'elsewhere/b.h', status: 'renamed', previousPath: 'include/b.h' },
    { path: 'c.h', status: 'removed' },
  ]);
  expect(await graph.neededBy(launcher())).toEqual([
    { path: 'kernels/k.cu', content: files['kernels/k.cu'], from: 'kernels/k.cu', through: [] },
    { path: 'kernels/a.h', content: undefined, from: 'kernels/k.cu', through: [] },
    { path: 'include/a.h', content: '', from: 'kernels/k.cu', through: [] },
    { path: 'include/b.h', content: undefined, from: 'kernels/k.cu', through: [] },
  ]);
});

describe('a target of several sources', () => {
  const files = {
    'kernels/k.cu': '#include <shared/warp.cuh>\n',
    'host/plan.cpp': '#include "plan.h"\n#include <shared/warp.cuh>\n#include <fmt/core.h>\n',
    'host/plan.h': '',
    'vendor/inc/shared/warp.cuh': '#include "detail.cuh"\n',
    'vendor/inc/shared/detail.cuh': '',
    'include/shared/warp.cuh': '// behind the named folder\n',
    'host/include/fmt/core.h': '',
  };
  const build = {
    sources: ['host/plan.cpp', 'host/absent.cu'],
    include: ['vendor/inc'],
    flags: [],
    architectures: [],
  };
  const needed = async (changes: ChangedFile[] = []) =>
    (await dependencyGraph(filesInMemory(files), 'ref', changes).neededBy({ ...launcher(), build }))?.map(
      ({ path, from, through }) => [path, from, ...through],
    );

  it('needs them all and what they include, by the folders that are named first', async () => {
    expect(await needed()).toEqual([
      ['kernels/k.cu', 'kernels/k.cu'],
      ['host/plan.cpp', 'host/plan.cpp'],
      ['vendor/inc/shared/warp.cuh', 'kernels/k.cu'],
      ['host/plan.h', 'host/plan.cpp'],
      ['host/include/fmt/core.h', 'host/plan.cpp'],
      ['vendor/inc/shared/detail.cuh', 'kernels/k.cu', 'vendor/inc/shared/warp.cuh'],
    ]);
  });

  it('keeps the place of a source that is gone', async () => {
    expect(await needed([{ path: 'host/absent.cu', status: 'removed' }])).toContainEqual([
      'host/absent.cu',
      'host/absent.cu',
    ]);
  });
});
