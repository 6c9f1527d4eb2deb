import { describe, expect, it } from 'vitest';
import type { Interval } from '../../src/measure/interval.ts';
import { claimable, contradicts } from '../../src/measure/two-clocks.ts';

const ratios = (low: number, high: number): Interval => ({
  estimate: Math.log(Math.sqrt(low * high)),
  low: Math.log(low),
  high: Math.log(high),
});

describe('contradicts', () => {
  it.each([
    ['both show the same', ratios(1.9, 2.1), ratios(1.8, 2.2), false],
    ['events show twice the gain', ratios(1.95, 2.05), ratios(0.98, 1.02), true],
    ['the judge sees 5 % less', ratios(1.3, 1.32), ratios(1.24, 1.26), false],
    ['the judge sees 10 % less', ratios(1.3, 1.32), ratios(1.15, 1.17), true],
    ['the judge’s clock is too coarse to tell', ratios(1.3, 1.32), ratios(0.5, 1.28), false],
    ['no gain is claimed', ratios(0.5, 0.6), ratios(0.1, 0.2), false],
  ])('when %s', (_, events, judge, expected) => {
    expect(contradicts({ events, judge })).toBe(expected);
  });
});

describe('claimable', () => {
  it.each([
    ['the events’ bound where the judge confirms it', 1.95, 1.94, 1.95],
    ['the events’ bound where it is at most twice the gain that the judge proves', 1.04, 1.025, 1.04],
    ['twice the gain that the judge proves', 1.04, 1.01, 1.01 ** 2],
    ['at most 5 % above the judge’s bound', 2, 1.5, 1.575],
    ['no gain where the judge proves none', 2, 0.7, 1],
    ['a loss as it is', 0.9, 0.5, 0.9],
  ])('is %s', (_, events, judge, expected) => {
    const clocks = { events: ratios(events, events * 1.1), judge: ratios(judge, judge * 1.3) };
    const claim = claimable({ ...clocks, proven: Math.log(judge) });
    expect(Math.exp(claim)).toBeCloseTo(expected, 9);
  });

  it('is no more than what the judge proves, where that is less than its bound', () => {
    const clocks = { events: ratios(2, 2.2), judge: ratios(1.9, 2.1), proven: Math.log(1.3) };
    expect(Math.exp(claimable(clocks))).toBeCloseTo(1.3 * 1.05, 9);
    expect(claimable({ ...clocks, proven: -0.1 })).toBe(0);
  });
});
