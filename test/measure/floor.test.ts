import { describe, expect, it } from 'vitest';
import type { WorkloadTimes } from '../../src/core/evidence.ts';
import { atFloor, believedFloor, floorCheck } from '../../src/measure/floor.ts';

function workload(name: string, candidateUs: number, floorUs?: number): WorkloadTimes {
  const times = { name, baseline_us: 100, candidate_us: candidateUs, speedup: 1, low: 1, high: 1 };
  return floorUs === undefined ? times : { ...times, floor_us: floorUs };
}

describe('believedFloor', () => {
  it.each([
    ['as given', 40, 100, 40],
    ['not where the baseline itself runs under it', 40, 35, undefined],
    ['where the baseline is under it by less than its own error', 40, 37, 40],
    ['none where there is none', undefined, 100, undefined],
    ['none where it says nothing', 0, 100, undefined],
  ])('is %s', (_, floor, baseline, expected) => {
    expect(believedFloor(floor, baseline)).toBe(expected);
  });
});

describe('floorCheck', () => {
  it('has nothing to say without a floor', () => {
    expect(floorCheck([workload('a', 1)])).toBeUndefined();
  });

  it('fails under the floor by more than its error, and names where', () => {
    expect(floorCheck([workload('a', 35.9, 40), workload('b', 50, 40)])).toEqual({
      name: 'floor',
      status: 'failed',
      detail: 'a: 35.9 µs, and no kernel needs less than 40.0 µs',
    });
  });

  it('passes above it, and within its error', () => {
    expect(floorCheck([workload('a', 36.1, 40), workload('b', 50)])?.status).toBe('passed');
  });
});

describe('atFloor', () => {
  it('names the workloads at which no more can be gained', () => {
    expect(atFloor([workload('a', 42, 40), workload('b', 42.1, 40), workload('c', 1)])).toEqual(['a']);
  });
});
