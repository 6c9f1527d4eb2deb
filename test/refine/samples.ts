import type { Device, Evidence, Speedup } from '../../src/core/evidence.ts';
import type { Turn } from '../../src/core/outcome.ts';
import type { SearchPlan } from '../../src/core/search-plan.ts';
import { type Candidate, candidateOf, hashFiles, type SourceFile } from '../../src/core/source.ts';
import type { Target } from '../../src/core/target.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import { type Account, openAccount } from '../../src/refine/budget.ts';

export const H200: Device = {
  name: 'NVIDIA H200',
  kind: 'cuda',
  arch: 'sm_90',
  versions: { driver: '580.95', CUDA: '13.0' },
};
export const EMULATED: Device = { name: 'emulated CPU', kind: 'emulated', arch: 'sm_90', versions: { nvcc: '13.0' } };

export const TARGET: Target = {
  name: 'scale',
  kind: 'launcher',
  source: 'kernels/scale.cu',
  entry: 'scale_forward',
  init: [],
  arguments: [
    { kind: 'tensor', name: 'x', role: 'input', dtype: 'f32', shape: ['rows', 'cols'] },
    { kind: 'tensor', name: 'y', role: 'output', dtype: 'f32', shape: ['rows', 'cols'] },
    { kind: 'scalar', name: 'rows', type: 'i32' },
    { kind: 'scalar', name: 'cols', type: 'i32' },
    { kind: 'stream', name: 'stream' },
  ],
  parameters: [],
  workloads: [
    { name: 'rows=4096, cols=4096', values: { rows: 4096, cols: 4096 } },
    { name: 'rows=8, cols=16', values: { rows: 8, cols: 16 } },
  ],
  vary: [{ name: 'rows=7, cols=31', values: { rows: 7, cols: 31 } }],
  emulate: [{ name: 'rows=64, cols=64', values: { rows: 64, cols: 64 } }],
  reference: 'x * 2',
};

export const BASELINE: readonly SourceFile[] = [
  { path: 'kernels/scale.cu', content: '#include <cuda_runtime.h>\n// the slow one\n' },
];

/** A module as it is judged: its parameters are known. */
export const MODULE: Target = {
  name: 'gelu_mlp',
  kind: 'module',
  source: 'kernels/gelu_mlp.py',
  entry: 'GeluMlp',
  init: [256, { bias: true }],
  arguments: [
    { kind: 'tensor', name: 'x', role: 'input', dtype: 'f32', shape: ['batch', 256] },
    { kind: 'scalar', name: 'scale', type: 'f32' },
    { kind: 'tensor', name: 'y', role: 'output', dtype: 'f32', shape: ['batch', 256] },
    { kind: 'tensor', name: 'peak', role: 'output', dtype: 'f32', shape: ['batch'] },
  ],
  parameters: [
    { kind: 'tensor', name: 'fc1.weight', role: 'parameter', dtype: 'f32', shape: [1024, 256] },
    { kind: 'tensor', name: 'fc1.bias', role: 'parameter', dtype: 'f32', shape: [1024] },
  ],
  workloads: [{ name: 'batch=4096', values: { batch: 4096, scale: 1 } }],
  vary: [],
  emulate: [{ name: 'batch=8', values: { batch: 8, scale: 1 } }],
};

export const MODULE_SOURCE: readonly SourceFile[] = [
  { path: 'kernels/gelu_mlp.py', content: 'import torch\n# the slow one\n' },
];

function fileOf(content: string): SourceFile {
  return { path: 'kernels/scale.cu', content };
}

export function candidateWith(content: string): Candidate {
  return candidateOf([fileOf(content)]);
}

export function speedupOf(estimate: number): Speedup {
  return { estimate, low: estimate - 0.02, high: estimate + 0.02, judge_clock: estimate };
}

export function evidenceOf(verdict: Verdict, overrides: Partial<Evidence> = {}): Evidence {
  return {
    target: 'scale',
    verdict,
    reason: `It is ${verdict}.`,
    device: H200,
    sandbox: 'bubblewrap',
    stage: 'screen',
    workloads: [],
    checks: [],
    hashes: { baseline: hashFiles(BASELINE), candidate: 'not set' },
    timings_s: { build: 0.9 },
    ...overrides,
  };
}

/** Screened evidence with a speedup, as the judge gives it on a GPU. */
export function timed(speedup: number): Evidence {
  const { low, high } = speedupOf(speedup);
  return evidenceOf(high < 1 ? 'slower' : 'not-proven', {
    speedup: speedupOf(speedup),
    workloads: [
      { name: 'rows=4096, cols=4096', baseline_us: 58.12, candidate_us: 58.12 / speedup, speedup, low, high },
      { name: 'rows=8, cols=16', baseline_us: 312.4, candidate_us: 312.4 / speedup, speedup, low, high },
    ],
  });
}

const USAGE = { input_tokens: 100, output_tokens: 10, cache_read_tokens: 0, cache_write_tokens: 0, usd: 0.01 };

export function judgedTurn(turn: number, evidence: Evidence, content = `// version ${turn}\n`, trajectory = 1): Turn {
  const candidate = candidateWith(content);
  return {
    trajectory,
    turn,
    summary: `Idea ${turn}.`,
    result: { kind: 'judged', candidate, evidence },
    usage: USAGE,
    seconds: 1,
  };
}

export function malformedTurn(turn: number, problem: string): Turn {
  return { trajectory: 1, turn, summary: '', result: { kind: 'malformed', problem }, usage: USAGE, seconds: 1 };
}

/** One trajectory of so many turns, and no limit to what it may cost. */
export function oneTrajectory(turns: number): { plan: SearchPlan; account: Account } {
  return { plan: { trajectories: 1, turns, policy: 'serial', patience: turns }, account: openAccount({}) };
}
