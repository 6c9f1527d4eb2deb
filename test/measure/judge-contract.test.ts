import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { candidateOf } from '../../src/core/source.ts';
import type { Target } from '../../src/core/target.ts';
import { createBuilder } from '../../src/measure/build.ts';
import { createDescriber } from '../../src/measure/describe.ts';
import { examine } from '../../src/measure/doctor.ts';
import { findPackageRoot, findPython, type Harness, harnessCommand } from '../../src/measure/harness.ts';
import { type Judge, startJudge } from '../../src/measure/judge.ts';
import type { Hello } from '../../src/measure/judge-report.ts';
import { createProjectTester } from '../../src/measure/project-tests.ts';
import { type Bench, prepareVerifier } from '../../src/measure/verifier.ts';
import { ALLOWED_FLAGS, parseFlag } from '../../src/targets/compile-flags.ts';
import { includeFolders } from '../../src/targets/dependencies/include-places.ts';
import { MODULE, TARGET } from './samples.ts';

/** Every kind of argument, type and list that a target can have. */
const EVERYTHING: Target = {
  name: 'everything',
  kind: 'module',
  source: 'kernels/everything.py',
  entry: 'Everything',
  init: [1, 'two', [null, { three: 3 }], false],
  arguments: [
    { kind: 'tensor', name: 'x', role: 'input', dtype: 'bf16', shape: ['rows', 3] },
    { kind: 'tensor', name: 'mask', role: 'input', dtype: 'bool', shape: [] },
    {
      kind: 'tensor',
      name: 'state',
      role: 'inout',
      dtype: 'f8e5m2',
      shape: ['2 * rows', 3],
      strides: ['rows', 1],
      alignment: 4,
      range: { low: -0.5, high: 'rows' },
    },
    { kind: 'scalar', name: 'eps', type: 'f64', allowed: [0.5] },
    { kind: 'scalar', name: 'rows', type: 'i64' },
    { kind: 'tensor', name: 'y', role: 'output', dtype: 'i64', shape: ['rows'] },
    { kind: 'stream', name: 'stream' },
  ],
  parameters: [{ kind: 'tensor', name: 'fc1.weight', role: 'parameter', dtype: 'f16', shape: [3, 4] }],
  resultOrder: ['y', 'state'],
  build: { sources: ['host/plan.cpp'], include: ['vendor'], flags: ['-DA=1'], architectures: ['sm_80'] },
  workloads: [{ name: 'rows=5, eps=0.5', values: { rows: 5, eps: 0.5, '2 * rows': 10 } }],
  vary: [{ name: 'rows=1, eps=0.5', values: { rows: 1, eps: 0.5 } }],
  emulate: [{ name: 'rows=2, eps=0.5', values: { rows: 2, eps: 0.5 } }],
};

const SOURCE = `#include <cuda_runtime.h>
__global__ void twice(const float* x, float* y, int n) { int i = blockIdx.x * blockDim.x + threadIdx.x; if (i < n) y[i] = x[i] + x[i]; }
extern "C" void right(const float* x, float* y, int n, cudaStream_t stream) { twice<<<(n + 63) / 64, 64, 0, stream>>>(x, y, n); }
`;

/** A module with a parameter of every sort: a weight, a bias, and the state of a batch norm, one of whose tensors counts in i64. */
const MLP_SOURCE = `import torch
from torch import nn

class Mlp(nn.Module):
    def __init__(self, size, bias=True):
        super().__init__()
        self.fc = nn.Linear(size, size, bias=bias)
        self.norm = nn.BatchNorm1d(size)

    def forward(self, x):
        return self.norm(self.fc(x))
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

  const bench = (): Bench => ({
    judge,
    hello,
    build: createBuilder(harness, hello.device, folder, process.env),
    describe: createDescriber(harness, hello.device, folder, process.env),
    testProject: createProjectTester(harness, hello.device, folder, process.env),
    onProgress: () => {},
  });

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
      kind: 'module',
      source: 'kernels/everything.py',
      entry: 'Everything',
      init: EVERYTHING.init,
      reference: null,
      workloads: EVERYTHING.workloads,
      vary: EVERYTHING.vary,
      emulate: EVERYTHING.emulate,
    });
    expect(parsed.arguments).toMatchObject([
      { name: 'x', role: 'input', dtype: { name: 'bf16', size: 2 }, extents: ['rows', 3] },
      { name: 'mask', role: 'input', dtype: { name: 'bool' }, extents: [], strides: null, alignment: 256, range: null },
      {
        name: 'state',
        role: 'inout',
        dtype: { name: 'f8e5m2' },
        extents: ['2 * rows', 3],
        strides: ['rows', 1],
        alignment: 4,
        range: [-0.5, 'rows'],
      },
      { name: 'eps', type: 'f64' },
      { name: 'rows', type: 'i64' },
      { name: 'y', role: 'output', dtype: { name: 'i64' }, extents: ['rows'] },
      { name: 'stream' },
    ]);
    expect(parsed.result_order).toEqual(['y', 'state']);
    expect(parsed.extra_sources).toEqual(['host/plan.cpp']);
    expect(parsed.parameters).toMatchObject([
      { name: 'fc1.weight', role: 'parameter', dtype: { name: 'f16' }, extents: [3, 4] },
    ]);
  });

  it('agree on what is wrong with a reference', async () => {
    expect(await judge.check(TARGET)).toBeUndefined();
    expect(await judge.check({ ...TARGET, reference: 'x * (2' })).toMatch(/^`reference` is not a Python expression: /);
    expect(await judge.check({ ...TARGET, reference: 'x * q' })).toMatch(/^`reference` uses q, which is neither/);
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

  it('agree on where the headers of a source are searched', async () => {
    const asked = [
      ...['k.cu', 'kernels/k.cu', 'csrc/k.cu', 'a/csrc/b/k.cu', 'include/k.cu'].map((source) => [[source], []]),
      [
        ['a/k.cu', 'b/c/l.cpp', 'm.c'],
        ['third_party', 'b/include', '.'],
      ],
    ] as [string[], string[]][];
    const { file, options } = harnessCommand(harness, 'build', process.env);
    const program =
      'import json, sys\nfrom kernelwright_harness.build.include_folders import include_folders\n' +
      'print(json.dumps([include_folders(*each) for each in json.load(sys.stdin)]))';
    const { stdout } = await execa(file, ['-s', '-B', '-c', program], { ...options, input: JSON.stringify(asked) });
    expect(JSON.parse(stdout)).toEqual(asked.map((each) => includeFolders(...each)));
  });

  it('agree on which flags there are', async () => {
    const { file, options } = harnessCommand(harness, 'build', process.env);
    const program =
      'import json, sys\nfrom kernelwright_harness.build.flags import parse_flags\n' +
      'for flag in json.load(sys.stdin): parse_flags([flag])';
    const flags = ALLOWED_FLAGS.flatMap(({ examples }) => examples).map((example) => {
      const parsed = parseFlag(example);
      return parsed.ok ? parsed.value.canonical : example;
    });
    await execa(file, ['-s', '-B', '-c', program], { ...options, input: JSON.stringify(flags) });
    expect(flags.length).toBeGreaterThan(30);
  });

  it('build and measure a source with headers in other folders', async () => {
    const [head = '', kernel = '', launcher = ''] = SOURCE.trim().split('\n');
    const files = [
      { path: TARGET.source, content: `${head}\n#include <twice.cuh>\n${launcher}\n` },
      {
        path: 'include/twice.cuh',
        content: `#include "../common/sum.cuh"\n${kernel.replace('x[i] + x[i]', 'sum(x[i])')}\n`,
      },
      { path: 'common/sum.cuh', content: '__device__ inline float sum(float x) { return x + x; }\n' },
    ];
    const verifier = await prepareVerifier(bench(), TARGET, files);
    const right = candidateOf([{ path: TARGET.source, content: SOURCE }, ...files.slice(1)]);
    const wrong = candidateOf([
      { path: TARGET.source, content: files[0]?.content.replace('(x, y, n)', '(x, y, n - 1)') ?? '' },
      ...files.slice(1),
    ]);
    expect((await verifier.screen(right)).verdict).toBe('not-proven');
    expect((await verifier.screen(wrong)).verdict).toBe('incorrect');
  });

  it('agree on what state a module has', async () => {
    const look = createDescriber(harness, hello.device, folder, process.env);
    const files = [{ path: MODULE.source, content: MLP_SOURCE }];
    const [described, byKeyword, failed] = await Promise.all([
      look(MODULE, files),
      look({ ...MODULE, init: { size: 3, bias: false } }, files),
      look({ ...MODULE, init: ['four'] }, files),
    ]);
    const parameter = (name: string, shape: number[], dtype = 'f32') => {
      return { kind: 'tensor', name, role: 'parameter', dtype, shape };
    };
    const norm = (size: number) => [
      ...['weight', 'bias', 'running_mean', 'running_var'].map((name) => parameter(`norm.${name}`, [size])),
      parameter('norm.num_batches_tracked', [], 'i64'),
    ];
    expect(described).toMatchObject({
      outcome: 'described',
      parameters: [parameter('fc.weight', [4, 4]), parameter('fc.bias', [4]), ...norm(4)],
    });
    expect(byKeyword).toMatchObject({ parameters: [parameter('fc.weight', [3, 3]), ...norm(3)] });
    expect(failed).toMatchObject({ outcome: 'failed', log: expect.stringContaining('TypeError') });
  });

  it('agree on how a module is judged, right and wrong', async () => {
    const fileOf = (content: string) => [{ path: MODULE.source, content }];
    const verifier = await prepareVerifier(bench(), MODULE, fileOf(MLP_SOURCE));
    expect(verifier.target.parameters.map(({ name }) => name).slice(0, 2)).toEqual(['fc.weight', 'fc.bias']);

    const functional = 'nn.functional.linear(x, self.fc.weight, self.fc.bias)';
    const judged = (forward: string) =>
      verifier.screen(candidateOf(fileOf(MLP_SOURCE.replace('self.norm(self.fc(x))', forward))));
    expect(await judged(`self.norm(${functional})`)).toMatchObject({ verdict: 'not-proven', stage: 'screen' });
    const withoutBias = await judged(`self.norm(${functional.replace('self.fc.bias', 'None')})`);
    expect(withoutBias.verdict).toBe('incorrect');
    expect(withoutBias.reason).toContain('elements of y are wrong');
    expect((await judged('self.norm(self.fc(x)')).verdict).toBe('build-failed');
  });

  it('agree on how a function is judged, right and wrong', async () => {
    const target: Target = {
      ...MODULE,
      kind: 'function',
      source: 'kernels/scaled.py',
      entry: 'scaled',
      init: [],
      arguments: [
        { kind: 'tensor', name: 'x', role: 'input', dtype: 'f32', shape: ['n', 4] },
        { kind: 'scalar', name: 'factor', type: 'f32' },
        { kind: 'tensor', name: 'y', role: 'output', dtype: 'f32', shape: ['n', 4] },
        { kind: 'tensor', name: 'peak', role: 'output', dtype: 'f32', shape: ['n'] },
      ],
      workloads: [{ name: 'n=8', values: { n: 8, factor: 1.5 } }],
    };
    const sourceOf = (result: string) => [
      { path: target.source, content: `def scaled(x, factor):\n    return ${result}\n` },
    ];
    const verifier = await prepareVerifier(bench(), target, sourceOf('x * factor, x.amax(dim=1)'));
    expect(verifier.target).toBe(target);
    const right = await verifier.screen(candidateOf(sourceOf('(factor * x).contiguous(), x.max(dim=1).values')));
    expect(right.verdict).toBe('not-proven');
    const wrong = await verifier.screen(candidateOf(sourceOf('x * factor, x.amin(dim=1)')));
    expect(wrong.verdict).toBe('incorrect');
    expect(wrong.reason).toContain('elements of peak are wrong');
  });

  it('agree on what the doctor finds', async () => {
    const findings = await examine(harness, process.env);
    expect(findings.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['python', 'torch', 'sandbox', 'nvcc', 'g++']),
    );
  });
});
