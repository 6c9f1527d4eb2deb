import type { Check } from '../core/evidence.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Timed } from './speedup.ts';

export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly check?: Check;
}

/** The least gain worth a change, beside the noise of the session. */
const LEAST_GAIN = 0.02;
/** The judge's clock is coarse for blocks of 20 calls: 3 to 5 % on kernels of 57 to 95 µs (H200). */
const CLOCK_NOISE = 0.05;

/**
 * The verdict on a candidate that passed every check and was timed.
 *
 * @param timed from `speedupOf`
 * @param noise how far apart this session measured two copies of the same kernel, as a share (0.01 for 1 %)
 * @param stage a screening is too short to say `faster`
 */
export function pairedVerdict(timed: Timed, noise: number, stage: 'screen' | 'confirm'): Judgement {
  const { speedup, workloads } = timed;
  const times = `${format(speedup.estimate)}× (99 % interval ${format(speedup.low)} to ${format(speedup.high)})`;
  const check = clocksCheck(timed);
  if (check.status === 'failed')
    return { verdict: 'rejected', reason: `The two clocks disagree: ${check.detail}.`, check };

  // Two processes with the same kernel stay up to 0.3 % apart, which an interval over their blocks cannot know: so the threshold
  // stands on both sides of 1, and a difference within it is none.
  const threshold = 1 + Math.max(LEAST_GAIN, noise);
  const slower = workloads.filter((workload) => workload.high < 1 / threshold);
  if (speedup.high < 1 / threshold) return { verdict: 'slower', reason: `Correct, but slower: ${times}.`, check };
  if (speedup.low <= threshold) {
    return {
      verdict: 'not-proven',
      reason: `Correct; the measured ${times} does not exceed ${format(threshold)}× with certainty.`,
      check,
    };
  }
  if (slower.length > 0) {
    return {
      verdict: 'not-proven',
      reason: `Correct and faster on average, ${times}, but slower at ${slower.map((w) => w.name).join('; ')}.`,
      check,
    };
  }
  if (stage === 'screen')
    return {
      verdict: 'not-proven',
      reason: `Correct, and ${times} in a first short measurement; not confirmed yet.`,
      check,
    };
  return { verdict: 'faster', reason: `Correct and ${times} faster than the baseline.`, check };
}

/** The candidate's process can touch its CUDA events but not the judge's clock: a gain that only the events show is none. */
function clocksCheck({ speedup }: Timed): Check {
  const events = Math.log(speedup.estimate);
  const judge = Math.log(speedup.judge_clock);
  const agree = events <= 0 || judge >= events / 2 - CLOCK_NOISE;
  return {
    name: 'clocks',
    status: agree ? 'passed' : 'failed',
    detail: `${format(speedup.estimate)}× by CUDA events, ${format(speedup.judge_clock)}× by the judge's own clock`,
  };
}

function format(ratio: number): string {
  return ratio.toFixed(ratio < 10 ? 2 : 1);
}
