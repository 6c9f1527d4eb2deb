import { mean } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { bootstrapErrors } from '../../src/measure/bootstrap.ts';
import { normalOf, randomOf } from './samples.ts';

const middle = (strata: readonly (readonly number[])[]) => [mean(strata.flat())];

describe('bootstrapErrors', () => {
  it('finds the standard error of a mean', () => {
    const normal = normalOf(randomOf(7));
    const errors = Array.from({ length: 40 }, (_, seed) => {
      const samples = Array.from({ length: 16 }, () => 3 + 2 * normal());
      return bootstrapErrors([samples], middle, seed)[0] ?? 0;
    });
    // σ/√n = 2/4
    expect(mean(errors)).toBeGreaterThan(0.45);
    expect(mean(errors)).toBeLessThan(0.55);
  });

  it('gives one error for each statistic, and resamples each stratum on its own', () => {
    const apart = [
      [1, 1, 1],
      [9, 9, 9],
    ];
    expect(bootstrapErrors(apart, (strata) => [mean(strata.flat()), strata.length], 1)).toEqual([0, 0]);
  });

  it('gives the same for the same samples and seed, and another for another seed', () => {
    const samples = [Object.freeze([1, 2, 4, 8, 16])];
    expect(bootstrapErrors(samples, middle, 1)).toEqual(bootstrapErrors(samples, middle, 1));
    expect(bootstrapErrors(samples, middle, 1)).not.toEqual(bootstrapErrors(samples, middle, 2));
  });
});
