import { describe, expect, it } from 'vitest';
import { readWithFiles } from '../../../src/targets/baseline.ts';
import { parseConfiguration } from '../../../src/targets/configuration.ts';
import { dependencyGraph } from '../../../src/targets/dependencies/graph.ts';
import { projectTarget } from '../../../src/targets/kernel-builder/target.ts';
import type { ChangedFile } from '../../../src/targets/repository.ts';
import { selectTargets } from '../../../src/targets/select.ts';
import { filesInMemory } from '../dependencies/files-in-memory.ts';
import { aProject } from './a-project.ts';

const target = (folder = '') => projectTarget('relu', { source: `${folder}build.toml`, entry: 'relu' });

const read = (files: Record<string, string>, folder = '') =>
  readWithFiles(dependencyGraph(filesInMemory(files), 'ref'), target(folder));

describe('a project that is read', () => {
  it('has its kernel first, and all that its build.toml brings in', async () => {
    const found = await read(aProject());
    expect(found?.target.source).toBe('relu_cuda/relu.cu');
    expect(found?.baseline[0]?.path).toBe('relu_cuda/relu.cu');
    expect(found?.baseline.map(({ path }) => path).sort()).toEqual([
      'benchmarks/benchmark.py',
      'build.toml',
      'relu_cuda/relu.cu',
      'relu_cuda/tile.cuh',
      'shared/limits.h',
      'tests/test_relu.py',
      'torch-ext/relu/__init__.py',
      'torch-ext/relu/layers/__init__.py',
      'torch-ext/torch_binding.cpp',
      'torch-ext/torch_binding.h',
    ]);
  });

  it('lets candidates replace its kernels, and neither its binding nor what tests it', async () => {
    expect((await read(aProject()))?.target.writable).toEqual(['relu_cuda/relu.cu', 'relu_cuda/tile.cuh']);
  });

  it('lies in whatever folder', async () => {
    const found = await read(aProject('kernels/relu/'), 'kernels/relu/');
    expect(found?.target.project).toMatchObject({
      folder: 'kernels/relu',
      name: 'relu',
      sources: [
        { path: 'kernels/relu/relu_cuda/relu.cu', include: ['kernels/relu/shared'] },
        { path: 'kernels/relu/torch-ext/torch_binding.cpp', include: [] },
      ],
      package: ['kernels/relu/torch-ext/relu/__init__.py', 'kernels/relu/torch-ext/relu/layers/__init__.py'],
      tests: ['kernels/relu/tests/test_relu.py'],
    });
  });

  it('has a namespace of its own, which follows its build.toml and not its kernels', async () => {
    const identity = async (files: Record<string, string>) => (await read(files))?.target.project?.identity;
    const usual = await identity(aProject());
    expect(usual).toMatch(/^[0-9a-f]{8}$/);
    expect(await identity({ ...aProject(), 'relu_cuda/relu.cu': '// faster\n' })).toBe(usual);
    expect(await identity(aProject('', 'depends = []'))).not.toBe(usual);
  });

  it('of Python alone has its modules to improve', async () => {
    const files = {
      'build.toml': '[general]\nname = "relu"\n[torch-noarch]\n',
      'torch-ext/relu/__init__.py': '',
      'torch-ext/relu/op.py': '',
    };
    expect((await read(files))?.target).toMatchObject({
      source: 'torch-ext/relu/__init__.py',
      writable: ['torch-ext/relu/__init__.py', 'torch-ext/relu/op.py'],
      project: { sources: [] },
    });
  });

  it('is none without a build.toml', async () => {
    expect(await read({})).toBeUndefined();
  });
});

function without(path: string): Record<string, string> {
  return Object.fromEntries(Object.entries(aProject()).filter(([file]) => file !== path));
}

const SKIPPED: readonly (readonly [string, Record<string, string>, string])[] = [
  [
    'CUTLASS',
    aProject('', 'depends = ["torch", "cutlass_3_8"]'),
    'build.toml: it is skipped, since its kernel "relu" depends on cutlass_3_8, which Kernelwright does not bring',
  ],
  [
    'TVM-FFI',
    { 'build.toml': '[general]\nname = "a"\n[tvm-ffi]\nsrc = []\n' },
    'build.toml: it is skipped, since it is built against TVM-FFI, and Kernelwright builds projects for PyTorch',
  ],
  [
    'no kernel for CUDA',
    {
      'build.toml':
        '[general]\nname = "a"\n[torch]\n[kernel.m]\nbackend = "metal"\nsrc = []\n[kernel.x]\nbackend = "xpu"\nsrc = []\n',
    },
    'build.toml: it is skipped, since it has no kernel for CUDA (its backends: metal, xpu)',
  ],
  [
    'no package',
    { 'build.toml': '[general]\nname = "a"\n[torch-noarch]\n' },
    'build.toml: there is no torch-ext/a/__init__.py, which is the package of "a"',
  ],
  [
    'a source elsewhere',
    aProject('', 'depends = []\n[kernel.far]\nbackend = "cuda"\nsrc = ["../../far.cu"]'),
    'build.toml: "../../far.cu" leads out of the repository',
  ],
  [
    'a source whose name a shell would run',
    aProject('', 'depends = []\n[kernel.far]\nbackend = "cuda"\nsrc = ["$(id).cu"]'),
    'build.toml: "$(id).cu" has $ in it, which the shell of a compiler would expand; rename it',
  ],
  [
    'a kernel that is not there',
    without('relu_cuda/relu.cu'),
    'build.toml: kernel.relu.src names relu_cuda/relu.cu, which is not there; add the file, or correct the path',
  ],
  [
    'a binding that is not there',
    without('torch-ext/torch_binding.cpp'),
    'build.toml: torch.src names torch-ext/torch_binding.cpp, which is not there; add the file, or correct the path',
  ],
];
it.each(SKIPPED)('a project with %s is left out with the reason', async (_, files, because) => {
  const changed: ChangedFile[] = [{ path: 'relu_cuda/relu.cu', status: 'modified' }];
  const graph = dependencyGraph(filesInMemory(files), 'ref', changed);
  expect(await selectTargets({ targets: [target()] }, changed, graph)).toEqual({
    selected: [],
    leftOut: [{ name: 'relu', because, unread: true }],
  });
});

const REACHED: readonly (readonly [string, string])[] = [
  ['build.toml', 'build.toml was modified'],
  ['relu_cuda/relu.cu', 'relu_cuda/relu.cu was modified, which build.toml brings in'],
  ['shared/limits.h', 'shared/limits.h was modified, which build.toml brings in through relu_cuda/relu.cu'],
  ['torch-ext/relu/layers/__init__.py', 'torch-ext/relu/layers/__init__.py was modified, which build.toml brings in'],
];
it.each(REACHED)('a change of %s reaches it', async (path, because) => {
  const changed: ChangedFile[] = [{ path, status: 'modified' }];
  const { selected } = await selectTargets(
    { targets: [target()] },
    changed,
    dependencyGraph(filesInMemory(aProject()), 'ref', changed),
  );
  expect(selected).toMatchObject([{ target: { name: 'relu' }, because }]);
});

it('a change of what it has no part of does not', async () => {
  const changed: ChangedFile[] = [{ path: 'README.md', status: 'modified' }];
  const graph = dependencyGraph(filesInMemory(aProject()), 'ref', changed);
  expect((await selectTargets({ targets: [target()] }, changed, graph)).leftOut).toEqual([
    { name: 'relu', because: 'neither build.toml nor anything that it brings in changed' },
  ]);
});

describe('a target with "kernel-builder"', () => {
  const parse = (lines: string) => parseConfiguration(`targets:\n  relu:\n${lines}`, 'c.yml').targets[0];

  it('may declare how a function of the package is called', () => {
    const declared = parse(`    kernel-builder: kernels/relu/
    function: relu
    inputs: { x: "f32[n]" }
    outputs: { y: "f32[n]" }
    workloads: [{ n: 16 }]
`);
    expect(declared).toMatchObject({ kind: 'kernel-builder', source: 'kernels/relu/build.toml', entry: 'relu' });
    expect(declared?.arguments.map(({ name }) => name)).toEqual(['x', 'y']);
    expect(declared?.convention).toBeUndefined();
  });

  it('may leave it to the benchmarks', () => {
    expect(parse('    kernel-builder: .\n')).toMatchObject({
      source: 'build.toml',
      entry: '',
      convention: 'benchmarks',
    });
    expect(parse('    kernel-builder: .\n    function: relu\n')).toMatchObject({
      entry: 'relu',
      convention: 'benchmarks',
    });
  });

  it.each([
    ['kernel-builder: ..', '".." has ".." in it'],
    ['kernel-builder: build.toml', '"build.toml" is a file; name the folder that it is in: "."'],
    ['kernel-builder: .\n    source: a.cu', 'stands beside "kernel-builder"'],
    ['kernel-builder: .\n    function: a.b', '"a.b" is not the name of a function'],
    ['kernel-builder: .\n    function: f\n    outputs: { y: "f32[4]" }', 'workloads: is empty; give sizes to measure'],
    [
      'kernel-builder: .\n    outputs: { y: "f32[4]" }\n    workloads: [{}]',
      'does not say what is called; give "function"',
    ],
  ])('is told what is wrong with %j', (lines, message) => {
    expect(() => parse(`    ${lines}\n`)).toThrow(message);
  });
});
