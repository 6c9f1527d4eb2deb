import { mean, quantileSorted, sampleWithReplacement } from 'simple-statistics';

export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 4000;

/**
 * Percentile bootstrap interval (Efron 1979) of the mean over strata: each stratum is resampled on its own, and the statistic is the
 * mean of the strata's means. One stratum gives the plain interval of a mean.
 *
 * The random source is seeded by the caller, so that the same samples always give the same interval.
 *
 * @param strata non-empty lists of samples, one a workload
 * @param confidence such as 0.99
 */
export function bootstrapMean(strata: readonly (readonly number[])[], confidence: number, seed: number): Interval {
  const random = mulberry32(seed);
  const means = Array.from({ length: RESAMPLES }, () =>
    mean(strata.map((samples) => mean(sampleWithReplacement([...samples], samples.length, random)))),
  ).sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return {
    estimate: mean(strata.map((samples) => mean([...samples]))),
    low: quantileSorted(means, tail),
    high: quantileSorted(means, 1 - tail),
  };
}

/** Tommy Ettinger's mulberry32: 32 bits of state, uniform on [0, 1), good enough to choose samples. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
