import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/core/nearest.ts';

describe('nearest', () => {
  it.each([
    ['entri', 'entry'],
    ['Source', 'source'],
    ['workload', 'workloads'],
    ['wrokloads', 'workloads'],
    ['steam', 'stream'],
  ])('%s is meant to be %s', (wrong, right) => {
    expect(nearest(wrong, ['source', 'entry', 'workloads', 'stream'])).toBe(right);
  });

  it.each(['x', 'gridDimensions', ''])('%j is like none', (wrong) => {
    expect(nearest(wrong, ['y', 'source', 'entry'])).toBeUndefined();
  });
});
