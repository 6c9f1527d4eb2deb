import type { ParameterTensor, Target } from '../../src/core/target.ts';
import type { Group, Hello, Measurement } from '../../src/measure/judge-report.ts';

export const TARGET: Target = {
  name: 'double',
  kind: 'launcher',
  source: 'kernels/double.cu',
  entry: 'right',
  init: [],
  arguments: [
    { kind: 'tensor', name: 'x', role: 'input', dtype: 'f32', shape: ['n'] },
    { kind: 'tensor', name: 'y', role: 'output', dtype: 'f32', shape: ['n'] },
    { kind: 'scalar', name: 'n', type: 'i32' },
    { kind: 'stream', name: 'stream' },
  ],
  parameters: [],
  workloads: [{ name: 'n=1000', values: { n: 1000 } }],
  vary: [{ name: 'n=7', values: { n: 7 } }],
  emulate: [],
  reference: 'x * 2',
};

/** A module as the configuration has it: its parameters are not known yet. */
export const MODULE: Target = {
  name: 'mlp',
  kind: 'module',
  source: 'kernels/mlp.py',
  entry: 'Mlp',
  init: [4],
  arguments: [
    { kind: 'tensor', name: 'x', role: 'input', dtype: 'f32', shape: ['n', 4] },
    { kind: 'tensor', name: 'y', role: 'output', dtype: 'f32', shape: ['n', 4] },
  ],
  parameters: [],
  workloads: [{ name: 'n=8', values: { n: 8 } }],
  vary: [],
  emulate: [],
};

export const PARAMETERS: readonly ParameterTensor[] = [
  { kind: 'tensor', name: 'fc.weight', role: 'parameter', dtype: 'f32', shape: [4, 4] },
  { kind: 'tensor', name: 'fc.bias', role: 'parameter', dtype: 'f32', shape: [4] },
];

export const HELLO: Hello = {
  device: { name: 'NVIDIA H200', kind: 'cuda', arch: 'sm_90', versions: { driver: '580.95' } },
  sandbox: 'bubblewrap',
};

/** An ABBA group in which both clocks see the same times. */
export function group(baselineUs: number, candidateUs: number, calls = 20): Group {
  return {
    round: 0,
    calls,
    throttled: false,
    baseline_us: [baselineUs, baselineUs],
    candidate_us: [candidateUs, candidateUs],
    baseline_block_us: [baselineUs * calls + 100, baselineUs * calls + 100],
    candidate_block_us: [candidateUs * calls + 100, candidateUs * calls + 100],
  };
}

export function measurementOf(overrides: Partial<Measurement> = {}): Measurement {
  return {
    outcome: 'measured',
    detail: '',
    log: '',
    checks: [],
    workloads: [],
    seconds: 1.5,
    phases_s: { check: 0.7, time: 0.8 },
    ...overrides,
  };
}

/** A measurement with one workload, whose groups differ by a little noise. */
export function timedMeasurement(baselineUs: number, candidateUs: number): Measurement {
  const groups = Array.from({ length: 8 }, (_, index) => group(baselineUs * (1 + (index % 3) / 1000), candidateUs));
  return measurementOf({ workloads: [{ name: 'n=1000', groups, clock: [], copied: false }] });
}

/** Uniform on [0, 1): a linear congruential generator, seeded, so that every run of a test sees the same numbers. */
export function randomOf(seed: number): () => number {
  let state = BigInt(seed) * 2654435761n + 1n;
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 11n) / 2 ** 53;
  };
}

/** Standard normal, by Box and Muller. */
export function normalOf(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
