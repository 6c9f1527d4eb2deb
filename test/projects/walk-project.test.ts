import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findPackageRoot, findPython, type Harness } from '../../src/measure/harness.ts';
import { withWorkshop } from '../../src/optimize.ts';
import { readProjects } from './projects.ts';
import { type Walked, walkProject } from './walk-project.ts';
import { isWell, renderWalk } from './walk-table.ts';

it('takes kernels that share headers from a change to a verdict', { timeout: 300_000 }, async () => {
  const project = readProjects().find(({ name }) => name === 'row-kernels');
  if (project === undefined) throw new Error('row-kernels is gone');
  const packageRoot = findPackageRoot(import.meta.dirname);
  const python = await findPython(process.env.KERNELWRIGHT_PYTHON, packageRoot);
  const harness: Harness = { python, packageRoot, device: 'emulated', sandbox: 'on' };
  const cli = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
  const walked: Walked[] = [];
  await withWorkshop({ harness, env: process.env }, async (workshop) => {
    const options = { cli, workshop, harness, env: process.env, onStep: () => {} };
    for await (const each of walkProject(project, options)) walked.push(each);
  });
  expect(walked.filter((each) => !isWell(each)).map((each) => renderWalk([each]))).toEqual([]);
  // Nobody emulates cuBLAS.
  expect(walked.map(({ target, because }) => [target, because])).toEqual([
    [
      'softmax',
      'include/rows/warp.cuh was modified, which kernels/softmax.cu includes through include/rows/reduce.cuh',
    ],
    ['rms_norm', 'include/rows/reduce.cuh was modified, which kernels/rms_norm.cu includes'],
    ['layer_norm', 'kernels/affine.h was modified, which kernels/layer_norm.cu includes'],
  ]);
});

it('knows a project for each problem in the convention, with a size for a GPU', () => {
  const projects = readProjects();
  expect(projects.length).toBeGreaterThanOrEqual(3 + 10);
  for (const { name, files, onGpu, targets } of projects) {
    expect(targets.length, name).toBeGreaterThan(0);
    for (const { path, from, to } of onGpu) {
      expect(files[path], name).toContain(from);
      expect(to, name).not.toBe(from);
    }
  }
});
