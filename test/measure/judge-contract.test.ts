import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '../../src/core/target.ts';
import { createBuilder } from '../../src/measure/build.ts';
import { examine } from '../../src/measure/doctor.ts';
import { findPackageRoot, findPython, type Harness, harnessCommand } from '../../src/measure/harness.ts';
import { type Judge, startJudge } from '../../src/measure/judge.ts';
import type { Hello } from '../../src/measure/judge-report.ts';
import { TARGET } from './samples.ts';

/** Every kind of argument, type and list that a target can have. */
const EVERYTHING: Target = {
  name: 'everything',
  source: 'kernels/everything.cu',
  entry: 'launch',
  arguments: [
    { kind: 'tensor', name: 'x', role: 'input', dtype: 'bf16', shape: ['rows', 3] },
    { kind: 'tensor', name: 'mask', role: 'input', dtype: 'bool', shape: [] },
    { kind: 'scalar', name: 'eps', type: 'f64' },
    { kind: 'scalar', name: 'rows', type: 'i64' },
    { kind: 'tensor', name: 'y', role: 'output', dtype: 'i64', shape: ['rows'] },
    { kind: 'stream', name: 'stream' },
  ],
  workloads: [{ name: 'rows=5, eps=0.5', values: { rows: 5, eps: 0.5 } }],
  vary: [{ name: 'rows=1, eps=0.5', values: { rows: 1, eps: 0.5 } }],
  emulate: [{ name: 'rows=2, eps=0.5', values: { rows: 2, eps: 0.5 } }],
};

const SOURCE = `#include <cuda_runtime.h>
__global__ void twice(const float* x, float* y, int n) { int i = blockIdx.x * blockDim.x + threadIdx.x; if (i < n) y[i] = x[i] + x[i]; }
extern "C" void right(const float* x, float* y, int n, cudaStream_t stream) { twice<<<(n + 63) / 64, 64, 0, stream>>>(x, y, n); }
`;

/** What the Python side made of a target, field by field. */
const DESCRIBE = `
import dataclasses, json, sys
from kernelwright_harness.specification import parse_target
print(json.dumps(dataclasses.asdict(parse_target(json.load(sys.stdin)))))
`;

describe('the judge and its client', () => {
  let harness: Harness;
  let judge: Judge;
  let hello: Hello;
  const folder = mkdtempSync(join(tmpdir(), 'kernelwright-contract-'));

  beforeAll(async () => {
    const packageRoot = findPackageRoot(import.meta.dirname);
    const python = await findPython(process.env.KERNELWRIGHT_PYTHON, packageRoot);
    harness = { python, packageRoot, device: 'emulated', sandbox: 'on' };
    judge = startJudge(harness, process.env);
    hello = await judge.hello();
  });

  afterAll(async () => {
    await judge.close();
    rmSync(folder, { recursive: true });
  });

  it('agree on who is there', () => {
    expect(hello).toMatchObject({ device: { name: 'emulated CPU', kind: 'emulated' }, sandbox: 'bubblewrap' });
    expect(hello.device.arch).toMatch(/^sm_\d+$/);
    expect(hello.device.versions).toHaveProperty('pytorch');
  });

  it('agree on what a target is', async () => {
    const { file, options } = harnessCommand(harness, 'judge', process.env);
    const { stdout } = await execa(file, ['-s', '-B', '-c', DESCRIBE], {
      ...options,
      input: JSON.stringify(EVERYTHING),
    });
    const parsed = JSON.parse(stdout);
    expect(parsed).toMatchObject({
      name: 'everything',
      entry: 'launch',
      reference: null,
      workloads: EVERYTHING.workloads,
      vary: EVERYTHING.vary,
      emulate: EVERYTHING.emulate,
    });
    expect(parsed.arguments).toMatchObject([
      { name: 'x', role: 'input', dtype: { name: 'bf16', size: 2 }, extents: ['rows', 3] },
      { name: 'mask', role: 'input', dtype: { name: 'bool' }, extents: [] },
      { name: 'eps', type: 'f64' },
      { name: 'rows', type: 'i64' },
      { name: 'y', role: 'output', dtype: { name: 'i64' }, extents: ['rows'] },
      { name: 'stream' },
    ]);
  });

  it('agree on builds and measurements, good and bad', async () => {
    const build = createBuilder(harness, hello.device, folder, process.env);
    const wrong = SOURCE.replace('x[i] + x[i]', 'x[i] + 1');
    const [good, bad, broken] = await Promise.all(
      [SOURCE, wrong, 'no C++'].map((content) => build([{ path: TARGET.source, content }], TARGET.source)),
    );
    expect([good?.outcome, bad?.outcome, broken?.outcome]).toEqual(['built', 'built', 'failed']);
    expect(broken?.log).toContain(`${TARGET.source}`);
    const libraries = { baseline: good?.library ?? '', candidate: good?.library ?? '' };

    const progress: string[] = [];
    const measured = await judge.measure({ target: TARGET, ...libraries, stage: 'screen' }, (text) =>
      progress.push(text),
    );
    expect(measured).toMatchObject({ outcome: 'measured', detail: '', workloads: [] });
    const passed = measured.checks.filter(({ status }) => status === 'passed').map(({ name }) => name);
    expect(passed).toEqual(['oracle', 'determinism', 'inputs-unchanged', 'stream-order', 'guard-bands']);
    expect(progress.length).toBeGreaterThan(0);

    const refuted = await judge.measure({
      target: TARGET,
      ...libraries,
      candidate: bad?.library ?? '',
      stage: 'confirm',
    });
    expect(refuted.outcome).toBe('incorrect');
    expect(refuted.detail).toContain('elements of y are wrong');
  });

  it('agree on what the doctor finds', async () => {
    const findings = await examine(harness, process.env);
    expect(findings.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['python', 'torch', 'sandbox', 'nvcc', 'g++']),
    );
  });
});
