import { describe, expect, it } from 'vitest';
import type { Group } from '../../src/measure/judge-report.ts';
import { speedupOf } from '../../src/measure/speedup.ts';
import { group, measurementOf } from './samples.ts';

/** ABBA on a machine whose every block takes `drift` times as long as the block before it. */
function driftingGroup(start: number, ratio: number, drift: number): Group {
  const at = (block: number) => start * drift ** block;
  return {
    ...group(1, 1),
    baseline_us: [at(0), at(3)],
    candidate_us: [at(1) / ratio, at(2) / ratio],
  };
}

const timed = (...groups: Group[]) => speedupOf(measurementOf({ workloads: [{ name: 'w', groups }] }));

describe('speedupOf', () => {
  it('has nothing to say where nothing was timed', () => {
    expect(speedupOf(measurementOf())).toBeUndefined();
    expect(timed()).toBeUndefined();
  });

  it('is what one computes by hand', () => {
    // Ratios 100/50, 100/50 and 121/50: log ratios log 2, log 2, log 2.42; their mean is log of the cube root of 9.68.
    const result = timed(group(100, 50), group(100, 50), group(121, 50));
    expect(result?.speedup.estimate).toBeCloseTo(9.68 ** (1 / 3), 10);
    expect(result?.workloads).toHaveLength(1);
    expect(result?.workloads[0]).toMatchObject({ name: 'w', baseline_us: 100, candidate_us: 50 });
    expect(result?.workloads[0]?.speedup).toBeCloseTo(9.68 ** (1 / 3), 10);
    expect(result?.speedup.low).toBeGreaterThanOrEqual(2);
    expect(result?.speedup.high).toBeLessThanOrEqual(2.42 + 1e-9);
  });

  it('cancels a steady drift of the clocks within each group', () => {
    const result = timed(...Array.from({ length: 8 }, (_, index) => driftingGroup(100 * 1.08 ** index, 1.25, 1.02)));
    expect(result?.speedup.estimate).toBeCloseTo(1.25, 10);
    expect(result?.speedup.low).toBeCloseTo(1.25, 10);
    expect(result?.speedup.high).toBeCloseTo(1.25, 10);
  });

  it('takes the geometric mean over workloads, however many groups each has', () => {
    const result = speedupOf(
      measurementOf({
        workloads: [
          { name: 'four times', groups: [group(400, 100), group(400, 100), group(400, 100)] },
          { name: 'as fast', groups: [group(30, 30)] },
          { name: 'not timed', groups: [] },
        ],
      }),
    );
    expect(result?.speedup.estimate).toBeCloseTo(2, 10);
    expect(result?.workloads.map(({ name, speedup }) => [name, Math.round(speedup * 1e6) / 1e6])).toEqual([
      ['four times', 4],
      ['as fast', 1],
    ]);
  });

  it('shows the same ratio by the judge’s clock where both clocks see the same saving', () => {
    expect(timed(group(100, 80), group(100, 80))?.speedup.judge_clock).toBeCloseTo(1.25, 10);
  });

  it('shows no gain by the judge’s clock when only the events claim one', () => {
    const honest = group(100, 100);
    const result = timed({ ...honest, candidate_us: [1, 1] });
    expect(result?.speedup.estimate).toBeCloseTo(100, 6);
    expect(result?.speedup.judge_clock).toBeCloseTo(1, 10);
  });

  it('stays finite when a candidate seems to save more than all of the time', () => {
    const result = timed({ ...group(100, 1), candidate_block_us: [10, 10], baseline_block_us: [90_000, 90_000] });
    expect(result?.speedup.judge_clock).toBeCloseTo(100, 6);
  });
});
