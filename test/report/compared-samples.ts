import type { AgainstBase } from '../../src/core/benchmark.ts';
import type { Evidence, WorkloadTimes } from '../../src/core/evidence.ts';
import type { RunOutcome, TargetOutcome } from '../../src/core/outcome.ts';
import * as samples from './samples.ts';

/*
 * Runs in which the pull request's own code was measured beside the base branch's, with what compiler and profiler say of the best version.
 */

type Measured = Extract<AgainstBase, { kind: 'measured' }>;

const CHECKS = samples.evidenceOf('softmax').checks;

/** A comparison whose interval is 2 % wide. */
export function comparedAs(
  verdict: Measured['verdict'],
  ratio: number,
  us: readonly number[] = [58.13, 61.9],
): Measured {
  const bounds = { low: ratio * 0.99, high: ratio * 1.01 };
  const names = ['rows=4096, cols=4096', 'rows=512, cols=32000'];
  return {
    kind: 'measured',
    verdict,
    reason: `Correct, and ${ratio.toFixed(2)}×.`,
    speedup: { estimate: ratio, ...bounds, judge_clock: ratio * 1.003 },
    workloads: us.map((head, index) => ({
      name: names[index] ?? `workload ${index + 1}`,
      us: head,
      base_us: head * ratio,
      speedup: ratio,
      ...bounds,
      floor_us: 29.8,
    })),
    checks: CHECKS,
    seconds: 11.4,
  };
}

export const OTHER_RESULTS: Measured = {
  kind: 'measured',
  verdict: 'incorrect',
  reason: 'Wrong result: at rows=7, cols=31 the output y[3, 30] is 0.031, expected 0.029.',
  workloads: [],
  checks: [{ name: 'oracle', status: 'failed', detail: '12 of 217 elements differ' }],
  seconds: 2.1,
};

export const RIGHT_UNTIMED: Measured = {
  kind: 'measured',
  verdict: 'not-proven',
  reason: 'Correct on the emulated device; there was no GPU to measure a speedup on.',
  workloads: [],
  checks: CHECKS,
  seconds: 3.2,
};

function besideBase(outcome: TargetOutcome, againstBase: AgainstBase): TargetOutcome {
  return { ...outcome, againstBase };
}

/** The best version with floors, what the compiler gave it, and what the profiler saw of it when it was screened. */
export function seen(outcome: TargetOutcome, floor_us: number): TargetOutcome {
  const { best } = outcome;
  if (best === undefined) throw new Error('the sample has a best candidate');
  const floors = (workloads: readonly WorkloadTimes[]) => workloads.map((times) => ({ ...times, floor_us }));
  const evidence: Evidence = {
    ...best.evidence,
    workloads: floors(best.evidence.workloads),
    resources: [
      {
        name: `${outcome.target.name}_kernel`,
        registers: 32,
        shared_bytes: 128,
        spill_store_bytes: 0,
        spill_load_bytes: 0,
        stack_bytes: 0,
        occupancy: [{ block_threads: 512, block_shared_bytes: 2176, warps: 64, most_warps: 64, limited_by: 'warps' }],
      },
      {
        name: 'block_max<…>',
        registers: 96,
        shared_bytes: 0,
        spill_store_bytes: 48,
        spill_load_bytes: 64,
        stack_bytes: 64,
        occupancy: [{ block_threads: 512, block_shared_bytes: 0, warps: 16, most_warps: 64, limited_by: 'registers' }],
      },
    ],
  };
  const turns = outcome.turns.map((turn) => {
    if (turn.turn !== best.turn || turn.result.kind !== 'judged') return turn;
    const profile = {
      reason: '',
      kernels: [
        {
          name: `${outcome.target.name}_kernel`,
          us: 33.1,
          metrics: {
            'sm__throughput.avg.pct_of_peak_sustained_elapsed': 38.2,
            'gpu__dram_throughput.avg.pct_of_peak_sustained_elapsed': 91.4,
            'dram__bytes_read.sum': 67_371_008,
            'dram__bytes_write.sum': 63_015_424,
            'sm__warps_active.avg.pct_of_peak_sustained_active': 87.6,
          },
        },
      ],
    };
    return {
      ...turn,
      result: { ...turn.result, candidate: best.candidate, evidence: { ...turn.result.evidence, profile } },
    };
  });
  return { ...outcome, turns, best: { ...best, evidence } };
}

/** Two that can be made faster, one of them new, beside what the pull request did to them. */
export function comparedRun(): RunOutcome {
  return samples.runOf([
    besideBase(samples.columnSumNeverCompiled(), { kind: 'same' }),
    besideBase(seen(samples.rmsNormFaster(), 19.3), { kind: 'absent' }),
    besideBase(samples.transposeNotProven(), comparedAs('not-proven', 1.004, [42.1])),
    besideBase(seen(samples.softmaxFaster(), 29.8), comparedAs('faster', 1.31)),
  ]);
}

/** The pull request makes softmax slower, and a faster version of it was found. */
export function slowerRun(): RunOutcome {
  return samples.runOf([
    besideBase(samples.transposeNotProven(), { kind: 'same' }),
    besideBase(seen(samples.softmaxFaster(), 29.8), comparedAs('slower', 0.871)),
  ]);
}

export function brokenRun(): RunOutcome {
  return samples.runOf([
    besideBase(samples.transposeNotProven(), OTHER_RESULTS),
    besideBase(samples.softmaxFaster(), comparedAs('slower', 0.9)),
  ]);
}
