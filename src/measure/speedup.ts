import { mean, median } from 'simple-statistics';
import type { Speedup, WorkloadTimes } from '../core/evidence.ts';
import { believedFloor } from './floor.ts';
import { gainInterval, type Rounds } from './gain-interval.ts';
import { type Interval, mapInterval, meanInterval } from './interval.ts';
import { type JudgeTimes, judgeTimes } from './judge-clock.ts';
import type { Group, MeasuredWorkload, Measurement } from './judge-report.ts';
import { type Clocks, claimable } from './two-clocks.ts';

const CONFIDENCE = 0.99;
/** A round with fewer groups says nothing of its own scatter. */
const LEAST_GROUPS = 4;

/** No kernel is launched, run and ended in less. */
const LEAST_TIME_US = 0.1;
/** Between two launches on one stream an idle GPU waits 1 to 2 µs, for which no event need account. */
const LONGEST_GAP_US = 3;

/** The times of a measurement. Ratios are baseline over candidate: above 1 is faster. */
export interface Timed {
  /** As it may be claimed: the lower bounds here and in `workloads` are limited to what the judge's clock shows. */
  readonly speedup: Speedup;
  readonly workloads: readonly WorkloadTimes[];
  /** The log ratios that they come from, one entry a workload. */
  readonly rounds: readonly Rounds[];
  /** Log ratios over all workloads by each clock, unlimited. */
  readonly clocks: Clocks;
  /** One a workload, in their order. */
  readonly judgeTimes: readonly JudgeTimes[];
  /** Why these times cannot be judged, if so. */
  readonly unjudgeable?: string;
}

/** Turns raw blocks into speedups with 99 % intervals; undefined where nothing was timed (the emulated device). */
export function speedupOf(measurement: Measurement): Timed | undefined {
  const timed = measurement.workloads.filter((workload) => workload.groups.length > 0).map(timedWorkload);
  if (timed.length === 0) return undefined;
  const rounds = timed.map((workload) => workload.rounds);
  const clocks = {
    events: gainInterval(rounds, CONFIDENCE),
    judge: meanInterval(timed.map((workload) => workload.clocks.judge)),
  };
  const unjudgeable = timed.flatMap((workload) => workload.unjudgeable ?? []).join('; ');
  return {
    speedup: { ...claimed(clocks), judge_clock: Math.exp(clocks.judge.estimate) },
    workloads: timed.map(({ times }) => times),
    rounds,
    clocks,
    judgeTimes: timed.map(({ judge }) => judge),
    ...(unjudgeable === '' ? {} : { unjudgeable }),
  };
}

function timedWorkload(workload: MeasuredWorkload) {
  const byRound = [...Map.groupBy(workload.groups, (group) => group.round).values()];
  const usable = byRound.map((groups) => groups.filter((group) => !group.throttled));
  const tooFew = usable.some(
    (groups, round) => groups.length < LEAST_GROUPS || 2 * groups.length < (byRound[round]?.length ?? 0),
  );
  // Times that cannot be judged are still shown: then of all groups.
  const kept = tooFew ? byRound : usable;
  const rounds: Rounds = kept.map((groups) => groups.map(logRatio));
  const all = kept.flat();
  const baseline = median(all.flatMap((group) => group.baseline_us));
  const judge = judgeTimes({ ...workload, groups: all }, CONFIDENCE);
  const clocks = { events: gainInterval([rounds], CONFIDENCE), judge: judgeLogRatio(baseline, judge) };
  const { estimate, low, high } = claimed(clocks);
  const floor = believedFloor(workload.floor?.us, baseline);
  const times: WorkloadTimes = {
    name: workload.name,
    baseline_us: baseline,
    candidate_us: median(all.flatMap((group) => group.candidate_us)),
    speedup: estimate,
    low,
    high,
    ...(floor === undefined ? {} : { floor_us: floor }),
  };
  return {
    rounds,
    clocks,
    judge,
    times,
    ...(tooFew ? { unjudgeable: `${workload.name}: ${howMany(byRound, usable)}` } : {}),
  };
}

/** The unit of the statistics: one ABBA group, in which a linear drift of the clocks cancels out. */
function logRatio(group: Group): number {
  return mean(group.baseline_us.map(logTime)) - mean(group.candidate_us.map(logTime));
}

/** A candidate's process may claim that a call takes no time at all; the logarithm stays finite, and the judge's clock refutes it. */
function logTime(us: number): number {
  return Math.log(Math.max(us, LEAST_TIME_US));
}

/**
 * The ratio by the judge's clock, `baseline / (baseline − saved)`. The judge's own time of a baseline's call holds the gap between two launches
 * as well, which would water down the ratio of very short kernels. How long it is shows in the baseline's events, whose process has no reason
 * to lie; what the clocks differ by beyond a gap is a change of the GPU's clocks between the two measurements. A candidate that would take
 * no time at all counts as 1 % of the baseline.
 */
function judgeLogRatio(eventsUs: number, { baseline, saved }: JudgeTimes): Interval {
  const own = baseline?.estimate ?? eventsUs;
  const whole = own - Math.min(LONGEST_GAP_US, Math.max(0, own - eventsUs));
  return mapInterval(saved, (us) => Math.log(whole / Math.max(whole - us, whole / 100)));
}

function claimed(clocks: Clocks): Interval {
  return mapInterval({ ...clocks.events, low: claimable(clocks) }, Math.exp);
}

function howMany(all: readonly (readonly Group[])[], usable: readonly (readonly Group[])[]): string {
  const worst = usable.reduce(
    (least, groups, round) => (groups.length < (usable[least]?.length ?? 0) ? round : least),
    0,
  );
  return `only ${usable[worst]?.length} of the ${all[worst]?.length} groups of a round were measured at full clocks`;
}
