import { mean, sampleWithReplacement, standardDeviation } from 'simple-statistics';

/** Errors are then themselves right to 3 %. */
const RESAMPLES = 500;

/**
 * Bootstrap standard errors (Efron 1979) of several statistics of the same samples. Each stratum is resampled on its own; the errors are
 * enlarged by `√(n/(n − 1))`, n the size of the smallest stratum, by which resampling falls short for few samples.
 *
 * The random source is seeded by the caller, so that the same samples always give the same errors.
 *
 * @param strata lists of samples, each of at least 2
 * @param statistics what is computed from strata; always the same number of values
 */
export function bootstrapErrors<T>(
  strata: readonly (readonly T[])[],
  statistics: (strata: readonly (readonly T[])[]) => readonly number[],
  seed: number,
): number[] {
  const random = mulberry32(seed);
  const replicates = Array.from({ length: RESAMPLES }, () =>
    statistics(strata.map((samples) => sampleWithReplacement([...samples], samples.length, random))),
  );
  const smallest = Math.min(...strata.map((samples) => samples.length));
  const factor = Math.sqrt(smallest / (smallest - 1));
  return (replicates[0] ?? []).map(
    (_, index) => factor * standardDeviation(replicates.map((values) => values[index] ?? mean([...values]))),
  );
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
