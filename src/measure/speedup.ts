import { mean, median } from 'simple-statistics';
import type { Speedup, WorkloadTimes } from '../core/evidence.ts';
import { bootstrapMean, type Interval } from './bootstrap.ts';
import type { Group, Measurement } from './judge-report.ts';

const CONFIDENCE = 0.99;
const SEED = 20260101;

/** The times of a measurement, or undefined where nothing was timed (the emulated device). */
export interface Timed {
  readonly speedup: Speedup;
  readonly workloads: readonly WorkloadTimes[];
}

/** Turns raw blocks into speedups. Ratios are baseline over candidate: above 1 is faster. */
export function speedupOf(measurement: Measurement): Timed | undefined {
  const timed = measurement.workloads.filter((workload) => workload.groups.length > 0);
  if (timed.length === 0) return undefined;
  const ratios = timed.map((workload) => workload.groups.map(logRatio));
  return {
    speedup: {
      ...exponential(bootstrapMean(ratios, CONFIDENCE, SEED)),
      judge_clock: Math.exp(mean(timed.map((workload) => Math.log(judgeClockRatio(workload.groups))))),
    },
    workloads: timed.map((workload, index) => {
      const { estimate, low, high } = exponential(bootstrapMean([ratios[index] ?? []], CONFIDENCE, SEED));
      return {
        name: workload.name,
        baseline_us: median(workload.groups.flatMap((group) => group.baseline_us)),
        candidate_us: median(workload.groups.flatMap((group) => group.candidate_us)),
        speedup: estimate,
        low,
        high,
      };
    }),
  };
}

/** The unit of the statistics: one ABBA group, in which a linear drift of the clocks cancels out. */
function logRatio(group: Group): number {
  return mean(group.baseline_us.map(Math.log)) - mean(group.candidate_us.map(Math.log));
}

/**
 * The ratio by the judge's own clock. A block's time holds flushes and a round trip that are alike on both sides, so the difference of
 * two blocks is what the candidate saves in that many calls; the baseline's time of one call comes from its events, since the baseline's
 * process has no reason to lie. A candidate that would take no time at all counts as 1 % of the baseline.
 */
function judgeClockRatio(groups: readonly Group[]): number {
  const baseline = median(groups.flatMap((group) => group.baseline_us));
  const saved = median(
    groups.map((group) => (mean(group.baseline_block_us) - mean(group.candidate_block_us)) / group.calls),
  );
  return baseline / Math.max(baseline - saved, baseline / 100);
}

function exponential(interval: Interval): Interval {
  return { estimate: Math.exp(interval.estimate), low: Math.exp(interval.low), high: Math.exp(interval.high) };
}
