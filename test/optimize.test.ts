import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Model, NO_USAGE } from '../src/core/model.ts';
import { planFor } from '../src/core/search-plan.ts';
import type { Target } from '../src/core/target.ts';
import { findPackageRoot, findPython, type Harness } from '../src/measure/harness.ts';
import { optimize, type TargetWork } from '../src/optimize.ts';
import type { Progress } from '../src/refine/progress.ts';

const PATH = 'scale.cu';

const TARGET: Target = {
  name: 'scale',
  kind: 'launcher',
  source: PATH,
  entry: 'scale',
  init: [],
  arguments: [
    { kind: 'tensor', name: 'x', role: 'input', dtype: 'f32', shape: ['n'] },
    { kind: 'tensor', name: 'y', role: 'output', dtype: 'f32', shape: ['n'] },
    { kind: 'scalar', name: 'n', type: 'i32' },
    { kind: 'stream', name: 'stream' },
  ],
  parameters: [],
  workloads: [{ name: 'n=100', values: { n: 100 } }],
  vary: [],
  emulate: [{ name: 'n=100', values: { n: 100 } }],
};

/** Without a reference, what the base branch does is what is right. */
const scaledBy = (factor: string, remark = '') => [
  {
    path: PATH,
    content: `#include <cuda_runtime.h>
${remark}
__global__ void kernel(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = ${factor} * x[i];
}
extern "C" void scale(const float* x, float* y, int n, cudaStream_t stream) {
  kernel<<<(n + 63) / 64, 64, 0, stream>>>(x, y, n);
}
`,
  },
];

const silent: Model = {
  name: 'silent',
  atMost: () => NO_USAGE,
  complete: async () => ({ text: 'I have no idea.', stop: 'end', usage: NO_USAGE, seconds: 0.1 }),
};

let folder: string;
let harness: Harness;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'optimize-'));
  const packageRoot = findPackageRoot(import.meta.dirname);
  const python = await findPython(process.env.KERNELWRIGHT_PYTHON, packageRoot);
  harness = { python, packageRoot, device: 'emulated', sandbox: 'on' };
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(targets: readonly TargetWork[], resume = false, model = silent, turns = 1) {
  const steps: string[] = [];
  const events: Progress[] = [];
  const outcome = await optimize({
    harness,
    env: process.env,
    targets,
    model,
    plan: planFor('low', { turns, policy: 'serial' }),
    budget: {},
    version: '0.0.0',
    journal: { path: join(folder, 'journal.jsonl'), resume, log: () => {} },
    onProgress: (event) => events.push(event),
    onStep: (line) => steps.push(line),
  });
  return { outcome, steps, events };
}

describe('optimize', () => {
  it('compares the code as it is with the base branch, once, and tells what it does', async () => {
    const named = (name: string) => ({ ...TARGET, name });
    const head = scaledBy('2.0f');
    const targets: readonly TargetWork[] = [
      { target: named('right'), baseline: head, base: { files: scaledBy('2.0f', '// before') } },
      { target: named('wrong'), baseline: head, base: { files: scaledBy('3.0f') } },
      { target: named('same'), baseline: head, base: { files: head } },
      { target: named('absent'), baseline: head, base: {} },
      { target: named('failing-base'), baseline: head, base: { files: scaledBy('two') } },
      { target: named('unasked'), baseline: head },
      { target: named('failing-head'), baseline: scaledBy('two'), base: { files: head } },
    ];
    const { outcome, events, steps } = await run(targets);
    const compared = () => outcome.targets.map(({ target, againstBase }) => [target.name, againstBase]);
    expect(compared()).toEqual([
      ['right', expect.objectContaining({ kind: 'measured', verdict: 'not-proven', workloads: [] })],
      ['wrong', expect.objectContaining({ kind: 'measured', verdict: 'incorrect' })],
      ['same', { kind: 'same' }],
      ['absent', { kind: 'absent' }],
      ['failing-base', { kind: 'failed', reason: expect.stringContaining('does not compile') }],
      ['unasked', undefined],
      ['failing-head', undefined],
    ]);
    expect(outcome.targets.at(-1)?.baselineFailed).toBe(true);
    const told = (name: string) => events.filter(({ target }) => target === name).map(({ kind }) => kind);
    expect(told('wrong')).toEqual(['preparing', 'compared', 'turn-started', 'proposal-received', 'malformed', 'done']);
    expect(told('unasked')).not.toContain('compared');
    expect(told('failing-head')).toEqual(['preparing', 'done']);

    expect(steps.filter((line) => line.includes('comparing'))).toHaveLength(3);
    const resumed = await run(targets, true);
    expect(resumed.outcome.targets.map(({ againstBase }) => againstBase)).toEqual(
      outcome.targets.map(({ againstBase }) => againstBase),
    );
    expect(resumed.steps.filter((line) => line.includes('comparing'))).toEqual([]);
  }, 240_000);
});

/** Gives these answers in turn. */
function answering(answers: readonly string[]): Model {
  let asked = 0;
  return {
    name: 'answering',
    atMost: () => NO_USAGE,
    complete: async () => ({ text: answers[asked++] ?? '', stop: 'end', usage: NO_USAGE, seconds: 0.1 }),
  };
}

describe('files that candidates add', () => {
  const TILE = 'fast/tile.cuh';
  const target: Target = { ...TARGET, newFiles: { patterns: ['fast/*.cuh'], taken: [] } };
  const baseline = scaledBy('2.0f');
  const source = (baseline[0]?.content ?? '')
    .replace('2.0f * x[i]', 'twice(x[i])')
    .replace('\n', '\n#include "fast/tile.cuh"\n');
  const block = (path: string, content: string) => `\`\`\`cuda path=${path}\n${content}\`\`\`\n`;
  const twice = (factor: string) => `#pragma once\n__device__ inline float twice(float x) { return ${factor} * x; }\n`;
  const answer = (factor: string) => `A header.\n\n${block(PATH, source)}${block(TILE, twice(factor))}`;

  it('are built, judged and remembered with what includes them', async () => {
    const answers = [answer('two'), answer('3.0f'), answer('2.0f')];
    const { outcome } = await run([{ target, baseline }], false, answering(answers), 3);
    const [found] = outcome.targets;
    const judged = found?.turns.flatMap(({ result }) => (result.kind === 'judged' ? [result] : [])) ?? [];
    expect(judged.map(({ evidence }) => evidence.verdict)).toEqual(['build-failed', 'incorrect', 'not-proven']);
    expect(judged[0]?.evidence.log).toContain(TILE);
    expect(found?.best?.candidate.files).toEqual([
      { path: PATH, content: source },
      { path: TILE, content: twice('2.0f') },
    ]);
    const resumed = await run([{ target, baseline }], true, answering([]), 3);
    expect(resumed.outcome.targets[0]?.best?.candidate).toEqual(found?.best?.candidate);
  }, 240_000);

  it('are modules of a function', async () => {
    const python: Target = {
      ...TARGET,
      ...{ kind: 'function', source: 'ops/scale.py', entry: 'scale' },
      arguments: TARGET.arguments.slice(0, 2),
      newFiles: { patterns: ['ops/*.py'], taken: [] },
    };
    const before = [{ path: 'ops/scale.py', content: 'def scale(x):\n    return x + x\n' }];
    const after = [
      { path: 'ops/scale.py', content: 'from .twice import twice\n\ndef scale(x):\n    return twice(x)\n' },
      { path: 'ops/twice.py', content: 'def twice(x):\n    return 2 * x\n' },
    ];
    const text = after.map(({ path, content }) => block(path, content)).join('\n');
    const { outcome } = await run([{ target: python, baseline: before }], false, answering([text]));
    expect(outcome.targets[0]?.best).toMatchObject({
      candidate: { files: after },
      evidence: { verdict: 'not-proven' },
    });
  }, 240_000);
});
