import { expect, it } from 'vitest';
import { tQuantile } from '../../src/measure/student-t.ts';

it.each([
  [0.99, 1, 63.657],
  [0.99, 2, 9.925],
  [0.99, 5, 4.032],
  [0.99, 57, 2.665],
  [0.99, 1e6, 2.576],
  [0.9, 1, 6.314],
  [0.9, 5, 2.015],
  [0.9, 30, 1.697],
])('tQuantile(%f, %f) is %f, as in the tables', (confidence, degrees, quantile) => {
  expect(Math.abs(tQuantile(confidence, degrees) / quantile - 1)).toBeLessThan(0.006);
});
