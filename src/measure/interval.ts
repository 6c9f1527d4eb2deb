import { mean, sum } from 'simple-statistics';

export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The interval of the mean of independent quantities, each given by an interval of the same confidence that need not be symmetric:
 * `mean ∓ √Σ(distance to the limit)² / count` (MOVER: Zou and Donner 2008).
 *
 * @param intervals at least one
 */
export function meanInterval(intervals: readonly Interval[]): Interval {
  const estimate = mean(intervals.map((each) => each.estimate));
  const below = Math.sqrt(sum(intervals.map((each) => (each.estimate - each.low) ** 2))) / intervals.length;
  const above = Math.sqrt(sum(intervals.map((each) => (each.high - each.estimate) ** 2))) / intervals.length;
  return { estimate, low: estimate - below, high: estimate + above };
}

/** The interval of an increasing function of a quantity. */
export function mapInterval(interval: Interval, increasing: (value: number) => number): Interval {
  return {
    estimate: increasing(interval.estimate),
    low: increasing(interval.low),
    high: increasing(interval.high),
  };
}
