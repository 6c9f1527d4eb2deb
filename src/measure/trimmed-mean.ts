import { mean, sum } from 'simple-statistics';

/** A place with what is known of its error. */
export interface Location {
  readonly estimate: number;
  /** Squared standard error of the estimate. */
  readonly variance: number;
  /** Degrees of freedom of that variance. */
  readonly degrees: number;
}

/** Share cut off at each end: up to a fifth of the groups may hold a preempted block or a change of the clocks without moving the middle. */
const TRIM = 0.2;
/** Beyond this the model of the correlation is no longer believed; its factor on the variance is then 9. */
const MOST_CORRELATION = 0.8;
/** A screening's eight groups cannot tell their own correlation: what is presumed of it weighs as much as this many groups. */
const PRIOR_GROUPS = 24;
const PRIOR_CORRELATION = 0.5;

/**
 * The 20 % trimmed mean of one round's samples, with the squared standard error from the Winsorized variance,
 * `s_w² / ((1 − 2·trim)²·n)` on `n − 2·cut − 1` degrees of freedom (Tukey and McLaughlin 1963), times `inflation` for correlated samples.
 *
 * @param samples of one round, at least 2
 * @param inflation from `correlationFactor`; it multiplies the variance, and its root divides the degrees of freedom
 */
export function trimmedMean(samples: readonly number[], inflation: number): Location {
  const count = samples.length;
  const winsorized = winsorize(samples);
  const middle = mean(winsorized);
  const squares = sum(winsorized.map((value) => (value - middle) ** 2)) / (count - 1);
  const kept = count - 2 * cutOf(count);
  return {
    estimate: trimmedCentre(samples),
    variance: (inflation * squares * count) / kept ** 2,
    degrees: Math.max(1, (kept - 1) / Math.sqrt(inflation)),
  };
}

/** The 20 % trimmed mean alone. */
export function trimmedCentre(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const cut = cutOf(sorted.length);
  return mean(sorted.slice(cut, sorted.length - cut));
}

function cutOf(count: number): number {
  return Math.floor(TRIM * count);
}

/**
 * By how much neighbours that resemble each other enlarge the variance of a mean: `(1 + ρ) / (1 − ρ)` for a first-order autoregression,
 * never below 1. ρ is the lag-1 autocorrelation within the rounds, Winsorized, pooled over them, and corrected for its bias of about
 * `−(1 + 3ρ)/n` (Marriott and Pope 1954), then drawn towards `PRIOR_CORRELATION`, the more the fewer the groups.
 *
 * @param rounds samples in the order in which they were taken
 */
export function correlationFactor(rounds: readonly (readonly number[])[]): number {
  let products = 0;
  let squares = 0;
  for (const samples of rounds) {
    const winsorized = winsorize(samples);
    const middle = mean(winsorized);
    winsorized.forEach((value, index) => {
      squares += (value - middle) ** 2;
      if (index > 0) products += (value - middle) * ((winsorized[index - 1] ?? middle) - middle);
    });
  }
  if (squares === 0) return 1;
  const total = sum(rounds.map((samples) => samples.length));
  const length = total / rounds.length;
  const seen = (products / squares + 1 / length) / Math.max(0.25, 1 - 3 / length);
  const shrunk = (total * seen + PRIOR_GROUPS * PRIOR_CORRELATION) / (total + PRIOR_GROUPS);
  const rho = Math.min(MOST_CORRELATION, Math.max(0, shrunk));
  return (1 + rho) / (1 - rho);
}

/** The samples in their own order, with the outer ones moved to the edge of the middle. */
function winsorize(samples: readonly number[]): number[] {
  const sorted = [...samples].sort((a, b) => a - b);
  const cut = cutOf(sorted.length);
  const [low, high] = [sorted[cut] ?? 0, sorted[sorted.length - 1 - cut] ?? 0];
  return samples.map((value) => Math.min(high, Math.max(low, value)));
}
