import { mean, sum } from 'simple-statistics';
import type { Interval } from './interval.ts';
import { tQuantile } from './student-t.ts';
import { correlationFactor, trimmedMean } from './trimmed-mean.ts';

/** One workload's log ratios: rounds (fresh pairs of processes), and in each the ABBA groups in the order in which they were taken. */
export type Rounds = readonly (readonly number[])[];

/**
 * Two processes with the same kernel stay up to 0.3 % apart for as long as they live (H200): ±0.15 % each, so the standard deviation of
 * a pair's difference is 0.15 %·√(2/3).
 */
const PROCESS_VARIANCE = 0.0015 ** 2 * (2 / 3);
/** What is presumed of the spread between rounds weighs as much as this many rounds seen in it. */
const PRIOR_ROUNDS = 4;

/**
 * A t interval for the mean log ratio over workloads, each a mean over rounds of trimmed means over groups.
 *
 * The variance of the mean has two parts: the groups' scatter within rounds (`trimmedMean`, inflated by `correlationFactor`) and that of the
 * pairs of processes, presumed to be `PROCESS_VARIANCE` a round, since three rounds cannot tell it themselves. Where the rounds lie
 * further apart than both explain, a share `(R − 1)/(PRIOR_ROUNDS + R − 1)` of the excess is added, as in a moderated t test (Smyth 2004). The
 * degrees of freedom are Satterthwaite's (1946). A pair of processes is the same for all workloads, so its part does not shrink with their number.
 *
 * How it compares with bootstrap intervals: docs/how-it-verifies.md, Statistics.
 *
 * @param workloads non-empty; all with the same number of rounds, each of at least 2 groups
 * @param confidence such as 0.99
 */
export function gainInterval(workloads: readonly Rounds[], confidence: number): Interval {
  const factors = workloads.map(correlationFactor);
  const count = Math.min(...workloads.map((rounds) => rounds.length));
  const locations = Array.from({ length: count }, (_, round) =>
    workloads.map((rounds, index) => trimmedMean(rounds[round] ?? [], factors[index] ?? 1)),
  );
  const estimates = locations.map((round) => mean(round.map(({ estimate }) => estimate)));
  const estimate = mean(estimates);

  const shares = locations.flat().map(({ variance, degrees }) => {
    return { variance: variance / (count * workloads.length) ** 2, degrees };
  });
  const presumed = sum(shares.map(({ variance }) => variance)) + PROCESS_VARIANCE / count;
  const seen = count > 1 ? sum(estimates.map((each) => (each - estimate) ** 2)) / ((count - 1) * count) : 0;
  const excess = ((count - 1) / (PRIOR_ROUNDS + count - 1)) * Math.max(0, seen - presumed);
  const parts = [...shares, { variance: excess, degrees: Math.max(1, count - 1) }];

  const variance = presumed + excess;
  const degrees = variance ** 2 / sum(parts.map((part) => part.variance ** 2 / part.degrees));
  const reach = tQuantile(confidence, Math.max(1, degrees)) * Math.sqrt(variance);
  return { estimate, low: estimate - reach, high: estimate + reach };
}
