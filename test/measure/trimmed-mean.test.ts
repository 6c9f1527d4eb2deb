import { describe, expect, it } from 'vitest';
import { correlationFactor, trimmedMean } from '../../src/measure/trimmed-mean.ts';
import { normalOf, randomOf } from './samples.ts';

function correlated(rho: number, length: number, seed: number): number[] {
  const normal = normalOf(randomOf(seed));
  let last = normal();
  return Array.from({ length }, () => {
    last = rho * last + Math.sqrt(1 - rho ** 2) * normal();
    return last;
  });
}

describe('trimmedMean', () => {
  it('is what one computes by hand', () => {
    // One cut off at each end; Winsorized: 2 2 3 4 4, of variance 1; 1 · 5 / 3².
    expect(trimmedMean([100, 2, 3, 4, -50], 1)).toEqual({ estimate: 3, variance: 5 / 9, degrees: 2 });
  });

  it('does not care how far out an outlier lies', () => {
    const calm = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(trimmedMean([...calm.slice(1), 1e9], 1).variance).toBe(trimmedMean([...calm.slice(1), 11], 1).variance);
  });

  it('is less sure of correlated samples', () => {
    const plain = trimmedMean([1, 2, 3, 4, 5, 6], 1);
    const inflated = trimmedMean([1, 2, 3, 4, 5, 6], 4);
    expect(inflated.variance).toBeCloseTo(4 * plain.variance, 12);
    expect(inflated.degrees).toBe(plain.degrees / 2);
  });
});

describe('correlationFactor', () => {
  it.each([
    [0, 1.0, 1.6],
    [0.3, 1.5, 2.5],
    [0.6, 2.7, 5],
  ])('of a long series with correlation %f lies between %f and %f', (rho, low, high) => {
    const rounds = [1, 2, 3].map((seed) => correlated(rho, 100, seed));
    expect(correlationFactor(rounds)).toBeGreaterThanOrEqual(low);
    expect(correlationFactor(rounds)).toBeLessThan(high);
  });

  it('presumes some correlation where few groups cannot tell', () => {
    expect(correlationFactor([[1, -1, 1, -1, 1, -1, 1, -1]])).toBeGreaterThan(1);
    expect(correlationFactor([correlated(0, 8, 5)])).toBeGreaterThan(1.3);
  });

  it('is 1 where nothing varies', () => {
    expect(correlationFactor([[2, 2, 2, 2]])).toBe(1);
  });
});
