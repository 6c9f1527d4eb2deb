import { mean } from 'simple-statistics';
import { bootstrapErrors } from './bootstrap.ts';
import type { Interval } from './interval.ts';
import type { ClockBlocks, MeasuredWorkload } from './judge-report.ts';
import { tQuantile } from './student-t.ts';
import { trimmedCentre } from './trimmed-mean.ts';

/** What the judge's own clock says of one call, in microseconds; no candidate can reach that clock. */
export interface JudgeTimes {
  /** By how much a candidate's call is shorter than a baseline's. */
  readonly saved: Interval;
  /** One call of the baseline and of the candidate; absent where the judge timed no blocks of its own. */
  readonly baseline?: Interval;
  readonly candidate?: Interval;
  /** The baseline's as it was measured, where the others are without what lies between two calls. */
  readonly baselineWithGap?: Interval;
  /**
   * What the runner takes for copying a call's results to where the judge looks for them; 0 for launchers, which write them there. It is
   * no work of the candidate, and a candidate that gets round it has saved nothing.
   */
  readonly copies: number;
}

const SEED = 20260101;

/** Blocks that were timed one after the other: microseconds a call. */
interface Turn {
  readonly saved: number;
  readonly baseline: number;
}

/**
 * The judge's own times, with t intervals on bootstrap standard errors.
 *
 * `saved = (T_baseline − T_candidate) / n` and `baseline = (T_baseline − T_nothing) / n`, each the trimmed mean over turns of blocks of n calls:
 * what handing over, asking and keeping take is alike in all three and cancels. `candidate = baseline − saved`.
 *
 * A screening has no such blocks; there the groups' own are taken, and only `saved` is known.
 *
 * @param confidence such as 0.99
 */
export function judgeTimes(workload: MeasuredWorkload, confidence: number): JudgeTimes {
  const strata = workload.clock.map(turnsOf);
  const turns = strata.flat().length;
  if (turns <= strata.length) return { saved: savedInGroups(workload, confidence), copies: 0 };
  const statistics = (resampled: readonly (readonly Turn[])[]) => {
    const saved = trimmedCentre(resampled.flat().map((turn) => turn.saved));
    const baseline = trimmedCentre(resampled.flat().map((turn) => turn.baseline));
    return [saved, baseline, baseline - saved];
  };
  const [saved, baseline, candidate] = intervals(strata, statistics, turns - strata.length, confidence);
  if (saved === undefined || baseline === undefined || candidate === undefined) throw new Error('three statistics');
  const copies = trimmedCentre(workload.clock.flatMap(copiesOf));
  return { saved, baseline, candidate, copies: Math.max(0, copies) };
}

function copiesOf({ calls, nothing_block_us, idle_calls, idle_block_us }: ClockBlocks): number[] {
  if (idle_block_us === undefined || calls <= idle_calls) return [0];
  const idle = trimmedCentre(idle_block_us);
  return nothing_block_us.map((nothing) => (nothing - idle) / (calls - idle_calls));
}

/** From the blocks that the events timed too, one saving a group: all that there is where the judge timed no blocks of its own. */
function savedInGroups(workload: MeasuredWorkload, confidence: number): Interval {
  const rounds = Map.groupBy(workload.groups, (group) => group.round);
  const strata = [...rounds.values()].map((groups) =>
    groups.map((group) => (mean(group.baseline_block_us) - mean(group.candidate_block_us)) / group.calls),
  );
  const statistics = (resampled: readonly (readonly number[])[]) => [trimmedCentre(resampled.flat())];
  const [saved] = intervals(strata, statistics, workload.groups.length - strata.length, confidence);
  if (saved === undefined) throw new Error('one statistic');
  return saved;
}

function intervals<T>(
  strata: readonly (readonly T[])[],
  statistics: (strata: readonly (readonly T[])[]) => readonly number[],
  degrees: number,
  confidence: number,
): Interval[] {
  const errors = bootstrapErrors(strata, statistics, SEED);
  const quantile = tQuantile(confidence, Math.max(1, degrees));
  return statistics(strata).map((estimate, index) => {
    const reach = quantile * (errors[index] ?? 0);
    return { estimate, low: estimate - reach, high: estimate + reach };
  });
}

function turnsOf(blocks: ClockBlocks): Turn[] {
  return blocks.baseline_block_us.flatMap((baseline, index) => {
    const [candidate, nothing] = [blocks.candidate_block_us[index], blocks.nothing_block_us[index]];
    if (candidate === undefined || nothing === undefined) return [];
    return [{ saved: (baseline - candidate) / blocks.calls, baseline: (baseline - nothing) / blocks.calls }];
  });
}
