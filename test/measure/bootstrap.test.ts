import { describe, expect, it } from 'vitest';
import { bootstrapMean } from '../../src/measure/bootstrap.ts';
import { normalOf, randomOf } from './samples.ts';

/** Share of simulated measurements whose interval holds the truth. */
function coverage(trials: number, strata: number, size: number): number {
  const normal = normalOf(randomOf(7));
  let held = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const samples = Array.from({ length: strata }, (_, stratum) =>
      Array.from({ length: size }, () => 3 + stratum + 0.5 * normal()),
    );
    const { low, high } = bootstrapMean(samples, 0.99, trial + 1);
    const truth = 3 + (strata - 1) / 2;
    if (low <= truth && truth <= high) held += 1;
  }
  return held / trials;
}

describe('bootstrapMean', () => {
  it('holds the truth in about 99 of 100 measurements as long as a confirmation', () => {
    expect(coverage(300, 1, 60)).toBeGreaterThanOrEqual(0.975);
  });

  it('holds the truth about as often over several workloads', () => {
    expect(coverage(100, 3, 60)).toBeGreaterThanOrEqual(0.97);
  });

  it('is a little too sure after a screening, which therefore may not say faster', () => {
    const share = coverage(300, 1, 8);
    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThan(0.99);
  });

  it('gives the same interval for the same samples and seed, and another for another seed', () => {
    const samples = [[1, 2, 4, 8, 16]];
    expect(bootstrapMean(samples, 0.99, 1)).toEqual(bootstrapMean(samples, 0.99, 1));
    expect(bootstrapMean(samples, 0.99, 1)).not.toEqual(bootstrapMean(samples, 0.99, 2));
  });

  it('estimates the mean of the means, whatever the sizes of the strata', () => {
    expect(bootstrapMean([[1, 1, 1, 1], [3]], 0.99, 1)).toEqual({ estimate: 2, low: 2, high: 2 });
  });

  it('gives a narrower interval for less confidence, around the same estimate', () => {
    const samples = [[1, 2, 3, 4, 5, 6, 7, 8]];
    const [wide, narrow] = [bootstrapMean(samples, 0.99, 1), bootstrapMean(samples, 0.5, 1)];
    expect(narrow.estimate).toBe(wide.estimate);
    expect(wide.low).toBeLessThan(narrow.low);
    expect(narrow.low).toBeLessThan(4.5);
    expect(narrow.high).toBeGreaterThan(4.5);
    expect(wide.high).toBeGreaterThan(narrow.high);
  });

  it('does not touch the samples', () => {
    const samples = [Object.freeze([3, 1, 2])];
    expect(() => bootstrapMean(samples, 0.99, 1)).not.toThrow();
  });
});
