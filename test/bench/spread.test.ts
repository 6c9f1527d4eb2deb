import { describe, expect, it } from 'vitest';
import { formatSpread, spreadOf } from './spread.ts';

describe('spreadOf', () => {
  it('has the median and the quartiles', () => {
    expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ count: 5, median: 3, low: 2, high: 4 });
    expect(spreadOf([])).toBeUndefined();
  });

  it.each([
    [[1.2, 1.25, 1.311, 1.4, 1.5], 's', '1.31 s (1.25 to 1.40, n = 5)'],
    [[0.0304], 's', '0.0304 s (0.0304 to 0.0304, n = 1)'],
    [[123.4], 'µs', '123 µs (123 to 123, n = 1)'],
    [[0], 's', '0 s (0 to 0, n = 1)'],
    [[], 's', 'none'],
  ])('is written with three digits: %j', (samples, unit, written) => {
    expect(formatSpread(spreadOf(samples), unit)).toBe(written);
  });
});
