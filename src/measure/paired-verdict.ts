import type { Check, Evidence } from '../core/evidence.ts';
import { lowerBound, upperBound } from '../core/rounded-bounds.ts';
import type { Verdict } from '../core/verdict.ts';
import { atFloor, floorCheck } from './floor.ts';
import type { Interval } from './interval.ts';
import type { Timed } from './speedup.ts';
import { contradicts } from './two-clocks.ts';

export interface Judgement {
  readonly verdict: Verdict;
  /** One sentence or two for people. */
  readonly reason: string;
  /** What was checked on the way: `clocks`, and `floor` where one is known. */
  readonly checks: readonly Check[];
}

/** The least gain worth a change, beside the noise of the session. */
export const LEAST_GAIN = 0.02;

/**
 * The verdict on a candidate that passed every check and was timed.
 *
 * @param timed from `speedupOf`
 * @param noise how far apart this session measures two copies of the same kernel, as a share (0.01 for 1 %), from `sessionNoise`
 * @param stage a screening is too short to say `faster`
 */
export function pairedVerdict(timed: Timed, noise: number, stage: Evidence['stage']): Judgement {
  const clocks = clocksCheck(timed);
  const floor = floorCheck(timed.workloads);
  const checks = floor === undefined ? [clocks] : [clocks, floor];
  return { ...judged(timed, noise, stage, clocks, floor), checks };
}

function judged(
  timed: Timed,
  noise: number,
  stage: Evidence['stage'],
  clocks: Check,
  floor: Check | undefined,
): Omit<Judgement, 'checks'> {
  const { speedup, workloads, unjudgeable } = timed;
  if (unjudgeable !== undefined) {
    return { verdict: 'not-proven', reason: `Correct, but its times cannot be judged: ${unjudgeable}.` };
  }
  if (floor?.status === 'failed') {
    return { verdict: 'rejected', reason: `Faster than physics allows: ${floor.detail}.` };
  }
  if (clocks.status === 'failed') {
    return { verdict: 'rejected', reason: `The two clocks disagree: ${clocks.detail}.` };
  }
  const times = `${format(speedup.estimate)}× (99 % interval ${bounds(speedup.low, speedup.high)})`;
  const notes = noteOfClocks(timed) + noteOfFloor(timed);

  // The threshold stands on both sides of 1: a difference that the session shows between two copies of one kernel is none.
  const threshold = 1 + Math.max(LEAST_GAIN, noise);
  const slower = workloads.filter((workload) => workload.high < 1 / threshold);
  if (speedup.high < 1 / threshold) {
    return { verdict: 'slower', reason: `Correct, but slower: ${times}.${notes}` };
  }
  // Written so that a bound that is no number proves nothing.
  if (!(speedup.low > threshold)) {
    return {
      verdict: 'not-proven',
      reason: `Correct; the measured ${times} does not exceed ${format(threshold)}× with certainty.${notes}`,
    };
  }
  if (slower.length > 0) {
    return {
      verdict: 'not-proven',
      reason: `Correct and faster on average, ${times}, but slower at ${slower.map((w) => w.name).join('; ')}.${notes}`,
    };
  }
  if (stage === 'screen') {
    return {
      verdict: 'not-proven',
      reason: `Correct, and ${times} in a first short measurement; not confirmed yet.${notes}`,
    };
  }
  return { verdict: 'faster', reason: `Correct and ${times} faster than the baseline.${notes}` };
}

/** The candidate's process can touch its CUDA events but not the judge's clock: a gain that only the events show is none. */
function clocksCheck({ speedup, workloads, clocks, judgeTimes }: Timed): Check {
  const calls = workloads.flatMap(({ name }, index) => {
    const times = judgeTimes[index];
    if (times?.baseline === undefined || times.candidate === undefined) return [];
    return [`${name}: ${microseconds(times.baseline)} → ${microseconds(times.candidate)} µs a call`];
  });
  const { low, high } = clocks.judge;
  return {
    name: 'clocks',
    status: contradicts(clocks) ? 'failed' : 'passed',
    detail: [
      `${format(speedup.estimate)}× by CUDA events, ${format(speedup.judge_clock)}× by the judge's own clock (${ratios(low, high)})`,
      ...calls,
    ].join('; '),
  };
}

function noteOfClocks({ speedup, clocks }: Timed): string {
  // The bound went through exp and log.
  if (Math.log(speedup.low) > clocks.events.low - 1e-9) return '';
  const { low, high } = clocks.judge;
  if (low <= 0) {
    return ` CUDA events alone show at least ${atLeast(Math.exp(clocks.events.low))}×, but the judge's own clock (${ratios(low, high)}) cannot resolve a gain, so none is claimed.`;
  }
  const copies = clocks.proven < low ? ', less what copying its results takes' : '';
  return ` The lower bound is limited by what the judge's own clock shows (${ratios(low, high)}${copies}), which it may exceed by at most 5 %.`;
}

function noteOfFloor({ workloads }: Timed): string {
  const names = atFloor(workloads);
  return names.length === 0
    ? ''
    : ` Within 5 % of the physical floor at ${names.join('; ')}: no more can be gained there.`;
}

function ratios(low: number, high: number): string {
  return bounds(Math.exp(low), Math.exp(high));
}

function bounds(low: number, high: number): string {
  return `${atLeast(low)} to ${upperBound(high, digitsOf(high))}`;
}

function atLeast(ratio: number): string {
  return lowerBound(ratio, digitsOf(ratio));
}

function microseconds({ estimate, low, high }: Interval): string {
  return `${estimate.toFixed(1)} ± ${((high - low) / 2).toFixed(1)}`;
}

function format(ratio: number): string {
  return ratio.toFixed(digitsOf(ratio));
}

function digitsOf(ratio: number): number {
  return ratio < 10 ? 2 : 1;
}
