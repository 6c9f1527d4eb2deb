import { expect, it } from 'vitest';
import { lengthOf, lengthOutside, union } from './spans.ts';

it('joins what overlaps or touches, whatever the order, and drops what is empty', () => {
  const spans = [
    { from: 5, to: 6 },
    { from: 0, to: 2 },
    { from: 1, to: 3 },
    { from: 3, to: 4 },
    { from: 8, to: 8 },
  ];
  expect(union(spans)).toEqual([
    { from: 0, to: 4 },
    { from: 5, to: 6 },
  ]);
  expect(lengthOf(spans)).toBe(5);
});

it('counts what no other covers', () => {
  const waiting = [{ from: 1, to: 4 }];
  expect(lengthOutside(waiting, [])).toBe(3);
  expect(lengthOutside(waiting, [{ from: 0, to: 5 }])).toBe(0);
  expect(
    lengthOutside(waiting, [
      { from: 2, to: 3 },
      { from: 3.5, to: 9 },
    ]),
  ).toBe(1.5);
});
