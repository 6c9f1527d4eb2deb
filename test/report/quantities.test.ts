import { describe, expect, it } from 'vitest';
import * as q from '../../src/report/quantities.ts';

describe('quantities', () => {
  it('never round a bound towards the claim', () => {
    expect(q.interval({ low: 1.0199, high: 1.0301 })).toBe('1.01–1.04');
    expect(q.interval({ low: 1.8, high: 1.86 })).toBe('1.80–1.86');
  });

  it('have three figures in microseconds', () => {
    expect([3.7249, 9.996, 58.13, 99.96, 190.2, 1234.5].map(q.microseconds)).toEqual([
      '3.72',
      '10.0',
      '58.1',
      '100',
      '190',
      '1,235',
    ]);
  });

  it('show what is no number as a dash', () => {
    expect([q.speedup(Number.NaN), q.microseconds(Number.POSITIVE_INFINITY)]).toEqual(['–', '–']);
  });

  it('read as people write them', () => {
    expect([0, 0.00423, 0.0612, 0.4149, 12.5].map(q.dollars)).toEqual([
      '$0.00',
      '$0.0042',
      '$0.061',
      '$0.41',
      '$12.50',
    ]);
    expect([0.4, 41.2, 59.6, 192, 3600].map(q.duration)).toEqual([
      '0 s',
      '41 s',
      '1 min 0 s',
      '3 min 12 s',
      '60 min 0 s',
    ]);
    expect([q.plural(1, 'turn'), q.plural(1200, 'turn')]).toEqual(['1 turn', '1,200 turns']);
  });
});
