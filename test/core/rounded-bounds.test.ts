import { describe, expect, it } from 'vitest';
import { lowerBound, upperBound } from '../../src/core/rounded-bounds.ts';

describe('bounds', () => {
  it('are never rounded towards the claim', () => {
    expect([1.8099, 1.15, 1.8, 0.999].map((ratio) => lowerBound(ratio))).toEqual(['1.80', '1.15', '1.80', '0.99']);
    expect([1.8001, 1.15, 1.8, 0.991].map((ratio) => upperBound(ratio))).toEqual(['1.81', '1.15', '1.80', '1.00']);
    expect([lowerBound(1.80459, 3), upperBound(12.31, 1)]).toEqual(['1.804', '12.4']);
  });

  it('show what is no number as a dash', () => {
    expect([lowerBound(Number.NaN), upperBound(Number.POSITIVE_INFINITY)]).toEqual(['–', '–']);
  });
});
