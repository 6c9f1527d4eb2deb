import { expect, it } from 'vitest';
import { discountedReturns } from '../../src/refine/returns.ts';

it('gives a wrong turn what came of it, a little less with each turn', () => {
  // By hand: 1.3; 0 + 0.4 · 1.3; 0.5 + 0.4 · 0.52.
  expect(discountedReturns([0.5, 0, 1.3])).toEqual([0.708, 0.52, 1.3].map((value) => expect.closeTo(value, 12)));
});

it('without discount is the sum of what follows, and with full discount the score itself', () => {
  expect(discountedReturns([1, 2, 3], 1)).toEqual([6, 5, 3]);
  expect(discountedReturns([1, 2, 3], 0)).toEqual([1, 2, 3]);
  expect(discountedReturns([])).toEqual([]);
});
