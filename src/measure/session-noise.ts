import { gainInterval, type Rounds } from './gain-interval.ts';

/** An upper bound at 95 %: the larger end of a 90 % interval. */
const CONFIDENCE = 0.9;
/**
 * The noise is there for what an interval cannot know: that two processes differ for as long as they live. Scatter from block to block widens
 * the interval of every measurement anyway, so that eight wild groups shall not forbid all later claims.
 */
const MOST = 0.1;

/**
 * How far apart this session may measure two copies of one kernel, as a share (0.01 for 1 %), from a measurement of the baseline against itself.
 *
 * @param rounds log ratios, one entry a workload, as in `Timed.rounds`
 */
export function sessionNoise(rounds: readonly Rounds[]): number {
  const { low, high } = gainInterval(rounds, CONFIDENCE);
  return Math.min(MOST, Math.expm1(Math.max(Math.abs(low), Math.abs(high))));
}
