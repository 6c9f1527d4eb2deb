import type { Device, Evidence, Speedup, WorkloadTimes } from '../../src/core/evidence.ts';
import { addUsage, NO_USAGE, type Usage } from '../../src/core/model.ts';
import type { RunOutcome, TargetOutcome, Turn } from '../../src/core/outcome.ts';
import { candidateOf, hashFiles, type SourceFile } from '../../src/core/source.ts';
import type { Target } from '../../src/core/target.ts';
import type { ReportContext } from '../../src/report/context.ts';
import * as kernels from './sample-kernels.ts';

/*
 * Outcomes as the search would hand them over, with the numbers of a plausible run.
 */

export const CONTEXT: ReportContext = {
  repository: { owner: 'octo-labs', repo: 'kernels' },
  pullRequest: 7,
  headSha: '4f2d8e91c07ab35d6611e8a0b9c2d47f8e350a1b',
  version: '0.1.0',
  runUrl: 'https://github.com/octo-labs/kernels/actions/runs/1234567890',
};

export const H200: Device = {
  name: 'NVIDIA H200',
  kind: 'cuda',
  arch: 'sm_90',
  versions: { driver: '580.65.06', CUDA: '13.0', PyTorch: '2.13.0' },
};

export const EMULATED: Device = {
  name: 'emulated CPU',
  kind: 'emulated',
  arch: 'sm_90',
  versions: { 'g++': '12.2.0', PyTorch: '2.13.0' },
};

const USAGE: Usage = {
  input_tokens: 2_310,
  output_tokens: 1_842,
  cache_read_tokens: 6_400,
  cache_write_tokens: 900,
  usd: 0.0612,
};

function targetOf(name: string): Target {
  return {
    name,
    kind: 'launcher',
    source: `kernels/${name}.cu`,
    entry: `${name}_forward`,
    init: [],
    arguments: [],
    parameters: [],
    workloads: [],
    vary: [],
    emulate: [],
  };
}

function sourceOf(name: string, content: string): SourceFile {
  return { path: `kernels/${name}.cu`, content };
}

/** Evidence of a candidate that is right; parts are replaced by `changes`. */
export function evidenceOf(name: string, changes: Partial<Evidence> = {}): Evidence {
  return {
    target: name,
    verdict: 'not-proven',
    reason: 'Correct, but the interval of the speedup holds 1.',
    device: H200,
    sandbox: 'bubblewrap',
    stage: 'screen',
    workloads: [],
    checks: [
      { name: 'build', status: 'passed', detail: 'nvcc -arch=sm_90, 0.9 s' },
      { name: 'oracle', status: 'passed', detail: 'max error 1.1× the baseline’s over 24 calls and 5 varied shapes' },
      { name: 'inputs-unchanged', status: 'passed', detail: 'byte for byte after every call' },
      { name: 'guard-bands', status: 'passed', detail: '4 KiB before and after each output intact' },
      { name: 'determinism', status: 'passed', detail: 'two runs on the same inputs gave the same bytes' },
      { name: 'clocks', status: 'passed', detail: 'runner and judge agree within 0.6 %' },
    ],
    hashes: { baseline: hashFiles([sourceOf(name, kernels.SOFTMAX)]), candidate: hashFiles([sourceOf(name, '')]) },
    timings_s: { build: 0.9, screen: 0.8 },
    ...changes,
  };
}

export function confirmed(name: string, speedup: Speedup, workloads: readonly WorkloadTimes[]): Evidence {
  return evidenceOf(name, {
    verdict: 'faster',
    stage: 'confirm',
    reason: 'Correct on every input, and faster on both clocks on every workload.',
    speedup,
    workloads,
    timings_s: { build: 0.9, screen: 0.8, confirm: 11.2 },
  });
}

export function judged(turn: number, summary: string, evidence: Evidence, files: readonly SourceFile[] = []): Turn {
  return {
    trajectory: 1,
    turn,
    summary,
    result: { kind: 'judged', candidate: candidateOf(files), evidence },
    usage: USAGE,
    seconds: 14.2,
  };
}

export function malformed(turn: number, problem: string): Turn {
  return { trajectory: 1, turn, summary: '', result: { kind: 'malformed', problem }, usage: USAGE, seconds: 9.1 };
}

export function targetOutcome(
  name: string,
  parts: {
    before?: string;
    after?: string;
    turns?: readonly Turn[];
    best?: { turn: number; evidence: Evidence };
    ended?: string;
  },
): TargetOutcome {
  const { before = kernels.SOFTMAX, after = kernels.SOFTMAX_FAST, turns = [], best, ended } = parts;
  const candidate = candidateOf([sourceOf(name, after)]);
  const baseline = [sourceOf(name, before)];
  const hashes = { baseline: hashFiles(baseline), candidate: candidate.hash };
  return {
    target: targetOf(name),
    baseline,
    trajectories: 1,
    turns,
    ...(best ? { best: { candidate, trajectory: 1, turn: best.turn, evidence: { ...best.evidence, hashes } } } : {}),
    ...(ended ? { ended } : {}),
    usage: turns.map((turn) => turn.usage).reduce(addUsage, NO_USAGE),
  };
}

export function runOf(targets: readonly TargetOutcome[], changes: Partial<RunOutcome> = {}): RunOutcome {
  return { device: H200, sandbox: 'bubblewrap', model: 'claude-opus-5-5', targets, seconds: 192, ...changes };
}

const compilerLog = (name: string): string => `kernels/${name}.cu(31): error: identifier "warp_reduce_max" is undefined
      float row_max = warp_reduce_max(local);
                      ^

1 error detected in the compilation of "kernels/${name}.cu".`;

function buildFailed(name: string, number: number, summary: string, log = compilerLog(name)): Turn {
  return judged(
    number,
    summary,
    evidenceOf(name, {
      verdict: 'build-failed',
      reason: 'nvcc: identifier "warp_reduce_max" is undefined (line 31).',
      checks: [{ name: 'build', status: 'failed', detail: 'nvcc ended with status 2' }],
      log,
    }),
  );
}

export function softmaxFaster(): TargetOutcome {
  const wrong = evidenceOf('softmax', {
    verdict: 'incorrect',
    reason:
      'At rows=7, cols=4097 the output y[0, 4096] is 0.0, expected 0.000244: the tail of each row is not written.',
    checks: [
      { name: 'build', status: 'passed', detail: 'nvcc -arch=sm_90, 0.9 s' },
      { name: 'oracle', status: 'failed', detail: '7 of 28,679 elements differ' },
    ],
  });
  const screened = evidenceOf('softmax', {
    reason: 'Correct; the quick measurement shows a gain that a confirmation must prove.',
    speedup: { estimate: 1.85, low: 1.79, high: 1.91, judge_clock: 1.83 },
  });
  return targetOutcome('softmax', {
    turns: [
      buildFailed('softmax', 1, 'One warp per row with shuffles in place of shared memory.'),
      judged(2, 'Loads four floats at a time; keeps the row in registers between the passes.', wrong),
      judged(3, 'As before, with a scalar loop for the columns that do not fill a vector.', screened),
    ],
    best: {
      turn: 3,
      evidence: confirmed('softmax', { estimate: 1.832, low: 1.8049, high: 1.8571, judge_clock: 1.82 }, [
        {
          name: 'rows=4096, cols=4096',
          baseline_us: 58.13,
          candidate_us: 31.71,
          speedup: 1.833,
          low: 1.804,
          high: 1.861,
        },
        {
          name: 'rows=512, cols=32000',
          baseline_us: 61.9,
          candidate_us: 33.8,
          speedup: 1.831,
          low: 1.801,
          high: 1.858,
        },
      ]),
    },
  });
}

export function rmsNormFaster(): TargetOutcome {
  const screened = evidenceOf('rms_norm', { speedup: { estimate: 1.22, low: 1.18, high: 1.27, judge_clock: 1.2 } });
  return targetOutcome('rms_norm', {
    before: kernels.RMS_NORM,
    after: kernels.RMS_NORM_FAST,
    turns: [judged(1, 'Reads each row once and keeps it in registers; sums by warp shuffles.', screened)],
    best: {
      turn: 1,
      evidence: confirmed('rms_norm', { estimate: 1.214, low: 1.196, high: 1.233, judge_clock: 1.209 }, [
        {
          name: 'rows=8192, cols=1024',
          baseline_us: 24.9,
          candidate_us: 20.5,
          speedup: 1.214,
          low: 1.196,
          high: 1.233,
        },
      ]),
    },
    ended: 'the candidate runs at 94 % of what the memory allows.',
  });
}

export function transposeNotProven(): TargetOutcome {
  const speedup: Speedup = { estimate: 1.008, low: 0.996, high: 1.021, judge_clock: 1.004 };
  return targetOutcome('transpose', {
    turns: [
      judged(1, 'Pads the tile by one column to keep clear of bank conflicts.', evidenceOf('transpose', { speedup })),
      judged(
        2,
        'Larger tiles.',
        evidenceOf('transpose', {
          verdict: 'slower',
          reason: 'Correct, but slower on both clocks.',
          speedup: { estimate: 0.91, low: 0.89, high: 0.93, judge_clock: 0.92 },
        }),
      ),
    ],
    best: {
      turn: 1,
      evidence: evidenceOf('transpose', {
        stage: 'confirm',
        reason: 'Correct, but not proven faster: the lower bound 0.99 is not above 1.02.',
        speedup,
        workloads: [{ name: 'n=4096', baseline_us: 42.1, candidate_us: 41.8, speedup: 1.008, low: 0.996, high: 1.021 }],
      }),
    },
  });
}

export function columnSumNeverCompiled(): TargetOutcome {
  return targetOutcome('column_sum', {
    turns: [
      buildFailed('column_sum', 1, 'Two passes with a partial sum per block.'),
      buildFailed('column_sum', 2, 'The same, including the header that the compiler asked for.'),
      malformed(3, 'The answer holds no code block for kernels/column_sum.cu.'),
      buildFailed('column_sum', 4, 'Atomic adds into the output, one block per 32 columns.'),
    ],
  });
}

export function fasterRun(): RunOutcome {
  return runOf([softmaxFaster()]);
}

/** Two faster, one not proven, one that never compiled. */
export function mixedRun(): RunOutcome {
  return runOf([columnSumNeverCompiled(), rmsNormFaster(), transposeNotProven(), softmaxFaster()]);
}

export function emulatedRun(): RunOutcome {
  const changes = {
    device: EMULATED,
    reason: 'Correct on the emulated device; no GPU was there to time it.',
    checks: evidenceOf('softmax').checks.map((check) =>
      check.name === 'clocks'
        ? { name: 'clocks', status: 'skipped' as const, detail: 'nothing is timed without a GPU' }
        : check,
    ),
  };
  const right = (name: string, stage: 'screen' | 'confirm'): Evidence => evidenceOf(name, { ...changes, stage });
  const outOfBounds = evidenceOf('column_sum', {
    device: EMULATED,
    verdict: 'crashed',
    reason: 'Out-of-bounds read in kernels/column_sum.cu, line 18 (AddressSanitizer).',
    checks: [{ name: 'oracle', status: 'failed', detail: 'the runner ended with signal 6' }],
    log: '==12==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x7f3c\nREAD of size 4 at 0x7f3c thread T0\n    #0 column_sum_kernel kernels/column_sum.cu:18',
  });
  return runOf(
    [
      targetOutcome('softmax', {
        turns: [
          buildFailed('softmax', 1, 'One warp per row with shuffles in place of shared memory.'),
          judged(2, 'As before, with the reduction written out.', right('softmax', 'screen')),
        ],
        best: { turn: 2, evidence: right('softmax', 'confirm') },
      }),
      targetOutcome('column_sum', { turns: [judged(1, 'Four rows at a time.', outOfBounds)] }),
    ],
    { device: EMULATED, seconds: 41 },
  );
}

export function nothingFoundRun(): RunOutcome {
  return runOf([columnSumNeverCompiled()]);
}

export function unsandboxedRun(): RunOutcome {
  const { best, ended: _, ...rest } = rmsNormFaster();
  if (best === undefined) throw new Error('the sample has a best candidate');
  const evidence: Evidence = { ...best.evidence, sandbox: 'off' };
  return runOf([{ ...rest, best: { ...best, evidence } }], { sandbox: 'off' });
}

/** Many targets with long diffs, logs and turns: far more than a comment holds. */
export function hugeRun(targets = 12, lines = 500): RunOutcome {
  const source = (word: string): string =>
    Array.from({ length: lines }, (_, line) => `__device__ float ${word}_${line} = ${line}.0f; // \`\`\``).join('\n');
  return runOf(
    Array.from({ length: targets }, (_, index) => {
      const name = `kernel_${index}`;
      const gain = 1.1 + index / 10;
      const evidence = confirmed(name, { estimate: gain, low: gain - 0.02, high: gain + 0.02, judge_clock: gain }, [
        {
          name: 'n=4096',
          baseline_us: 100,
          candidate_us: 100 / gain,
          speedup: gain,
          low: gain - 0.02,
          high: gain + 0.02,
        },
      ]);
      return targetOutcome(name, {
        before: source('before'),
        after: source('after'),
        turns: Array.from({ length: 15 }, (_, turn) =>
          buildFailed(
            name,
            turn + 1,
            `Idea ${turn + 1}. ${'Very long words. '.repeat(20)}`,
            `${compilerLog(name)}\n`.repeat(40),
          ),
        ),
        best: { turn: 1, evidence },
      });
    }),
  );
}
