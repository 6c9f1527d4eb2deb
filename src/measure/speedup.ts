import { mean, median } from 'simple-statistics';
import type { Speedup, WorkloadTimes } from '../core/evidence.ts';
import { believedFloor } from './floor.ts';
import { gainInterval, type Rounds } from './gain-interval.ts';
import { type Interval, mapInterval, meanInterval } from './interval.ts';
import { type JudgeTimes, judgeTimes } from './judge-clock.ts';
import type { Group, MeasuredWorkload, Measurement } from './judge-report.ts';
import { type Clocks, claimable, contradicts } from './two-clocks.ts';

const CONFIDENCE = 0.99;
/** A round with fewer groups says nothing of its own scatter. */
const LEAST_GROUPS = 4;

/** No kernel is launched, run and ended in less. */
const LEAST_TIME_US = 0.1;
/**
 * Between two calls the GPU waits 1 to 2 µs, and what the first has left in the L2 is written to memory: 50 MB take 12 µs (H200). Events that
 * stand around a call behind a flush account for neither.
 */
const LONGEST_GAP_US = 15;

/** The times of a measurement. Ratios are baseline over candidate: above 1 is faster. */
export interface Timed {
  /** As it may be claimed: the lower bounds here and in `workloads` are limited to what the judge's clock shows. */
  readonly speedup: Speedup;
  readonly workloads: readonly WorkloadTimes[];
  /** The log ratios that they come from, one entry a workload. */
  readonly rounds: readonly Rounds[];
  /** Log ratios over all workloads by each clock, unlimited. */
  readonly clocks: Clocks;
  /** One a workload, in their order, without what lies between two calls. */
  readonly judgeTimes: readonly JudgeTimes[];
  /** Why these times cannot be judged, if so. */
  readonly unjudgeable?: string;
}

/** Turns raw blocks into speedups with 99 % intervals; undefined where nothing was timed (the emulated device). */
export function speedupOf(measurement: Measurement): Timed | undefined {
  const timed = measurement.workloads.filter((workload) => workload.groups.length > 0).map(timedWorkload);
  if (timed.length === 0) return undefined;
  const rounds = timed.map((workload) => workload.rounds);
  const judge = meanInterval(timed.map((workload) => workload.clocks.judge));
  const clocks = {
    events: timed.some((workload) => workload.byJudge)
      ? meanInterval(timed.map((workload) => workload.clocks.events))
      : gainInterval(rounds, CONFIDENCE),
    judge,
    proven: judge.low - mean(timed.map((workload) => workload.clocks.judge.low - workload.clocks.proven)),
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
  const raw = judgeTimes({ ...workload, groups: all }, CONFIDENCE);
  const gap = gapOf(baseline, raw);
  const judge = withoutGap(raw, gap);
  const events = gainInterval([rounds], CONFIDENCE);
  const whole = judge.baseline?.estimate ?? baseline;
  const byClock = mapInterval(judge.saved, (us) => logRatioOf(whole, us));
  // Between calls from Python the GPU may wait for the host, which events behind a flush do not show. There the judge's clock has the word,
  // unless it shows no gain at all.
  const byJudge = workload.copied && contradicts({ events, judge: byClock }) && byClock.low > 0;
  const clocks = {
    events: byJudge ? byClock : events,
    judge: byClock,
    proven: logRatioOf(whole, judge.saved.low - judge.copies),
  };
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
    byJudge,
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
 * What the judge's clock counts of each call beside the call: it would water down the ratio of short kernels. It shows in the baseline's events,
 * whose process has no reason to lie; what the clocks differ by beyond it is a change of the GPU's clocks between the two measurements.
 */
function gapOf(eventsUs: number, { baseline }: JudgeTimes): number {
  return baseline === undefined ? 0 : Math.min(LONGEST_GAP_US, Math.max(0, baseline.estimate - eventsUs));
}

function withoutGap(times: JudgeTimes, gapUs: number): JudgeTimes {
  if (times.baseline === undefined || times.candidate === undefined) return times;
  const less = (interval: Interval) => mapInterval(interval, (us) => us - gapUs);
  return {
    ...times,
    baseline: less(times.baseline),
    candidate: less(times.candidate),
    baselineWithGap: times.baseline,
  };
}

/** The ratio by the judge's clock, `baseline / (baseline − saved)`. A candidate that would take no time at all counts as 1 % of the baseline. */
function logRatioOf(baselineUs: number, savedUs: number): number {
  return Math.log(baselineUs / Math.max(baselineUs - savedUs, baselineUs / 100));
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
