import { describe, expect, it } from 'vitest';
import type { Group, MeasuredWorkload } from '../../src/measure/judge-report.ts';
import { speedupOf } from '../../src/measure/speedup.ts';
import { group, measurementOf } from './samples.ts';

/** ABBA on a machine whose every block takes `drift` times as long as the block before it. */
function driftingGroup(start: number, ratio: number, drift: number): Group {
  const at = (block: number) => start * drift ** block;
  const [a, b, c, d] = [at(0), at(1) / ratio, at(2) / ratio, at(3)];
  return {
    ...group(1, 1),
    baseline_us: [a, d],
    candidate_us: [b, c],
    baseline_block_us: [a * 20, d * 20],
    candidate_block_us: [b * 20, c * 20],
  };
}

const workload = (name: string, groups: Group[]): MeasuredWorkload => ({ name, groups, clock: [], copied: false });
const speedups = (...workloads: MeasuredWorkload[]) => speedupOf(measurementOf({ workloads }));
const timed = (...groups: Group[]) => speedups(workload('w', groups));
const times = (count: number, one: Group) => Array.from({ length: count }, () => one);

describe('speedupOf', () => {
  it('has nothing to say where nothing was timed', () => {
    expect(speedupOf(measurementOf())).toBeUndefined();
    expect(timed()).toBeUndefined();
  });

  it('is what one computes by hand', () => {
    // Log ratios log 2, log 2, log 2 and log 2.42: their mean is the log of the fourth root of 19.36.
    const result = timed(...times(3, group(100, 50)), group(121, 50));
    expect(result?.speedup.estimate).toBeCloseTo(19.36 ** (1 / 4), 10);
    expect(result?.workloads).toHaveLength(1);
    expect(result?.workloads[0]).toMatchObject({ name: 'w', baseline_us: 100, candidate_us: 50 });
    expect(result?.workloads[0]?.speedup).toBeCloseTo(19.36 ** (1 / 4), 10);
  });

  it('is never surer than two processes are alike', () => {
    const result = timed(...times(20, group(100, 50)));
    expect(result?.speedup.high).toBeCloseTo(2 * Math.exp(2.588 * 0.0015 * Math.sqrt(2 / 3)), 3);
    const rounds = [0, 1, 2].flatMap((round) => times(20, { ...group(100, 50), round }));
    expect(timed(...rounds)?.speedup.high).toBeCloseTo(2 * Math.exp(2.588 * 0.0015 * Math.sqrt(2 / 9)), 3);
  });

  it('cancels a steady drift of the clocks within each group', () => {
    const drifting = Array.from({ length: 8 }, (_, index) => driftingGroup(100 * 1.08 ** index, 1.25, 1.02));
    const result = timed(...drifting);
    expect(result?.speedup.estimate).toBeCloseTo(1.25, 10);
    expect(result?.clocks.events.low).toBeGreaterThan(Math.log(1.245));
  });

  it('takes the geometric mean over workloads, however many groups each has', () => {
    const result = speedups(
      workload('four times', times(12, group(400, 100))),
      workload('as fast', times(4, group(30, 30))),
      workload('not timed', []),
    );
    expect(result?.speedup.estimate).toBeCloseTo(2, 10);
    expect(result?.workloads.map(({ name, speedup }) => [name, Math.round(speedup * 1e6) / 1e6])).toEqual([
      ['four times', 4],
      ['as fast', 1],
    ]);
  });

  it('leaves out groups at lowered clocks', () => {
    const slow = { ...group(100, 80), throttled: true };
    const result = timed(...times(10, group(100, 50)), ...times(10, slow));
    expect(result?.speedup.estimate).toBeCloseTo(2, 10);
    expect(result?.unjudgeable).toBeUndefined();
  });

  it('cannot judge a round of which fewer than half is left, but shows its times', () => {
    const slow = { ...group(100, 50), throttled: true };
    const first = times(20, group(100, 50));
    const second = [...times(9, group(100, 50)), ...times(11, slow)].map((each) => ({ ...each, round: 1 }));
    const result = timed(...first, ...second);
    expect(result?.unjudgeable).toBe('w: only 9 of the 20 groups of a round were measured at full clocks');
    expect(result?.speedup.estimate).toBeCloseTo(2, 10);
  });

  it('cannot judge a handful of groups', () => {
    expect(timed(...times(3, group(100, 50)))?.unjudgeable).toBeDefined();
  });

  it('takes over the floor, unless the baseline shows that it is wrong', () => {
    const floor = (us: number) => ({ us, bytes: 1, flops: 0, detail: 'memory' });
    const groups = times(8, group(100, 50));
    const result = speedups(
      { ...workload('a', groups), floor: floor(40) },
      { ...workload('b', groups), floor: floor(120) },
      workload('c', groups),
    );
    expect(result?.workloads.map(({ floor_us }) => floor_us)).toEqual([40, undefined, undefined]);
  });

  it('shows the same ratio by the judge’s clock where both clocks see the same saving', () => {
    expect(timed(...times(4, group(100, 80)))?.speedup.judge_clock).toBeCloseTo(1.25, 10);
  });

  it('shows no gain by the judge’s clock when only the events claim one, and claims none', () => {
    const result = timed(...times(8, { ...group(100, 100), candidate_us: [1, 1] }));
    expect(result?.speedup.estimate).toBeCloseTo(100, 6);
    expect(result?.speedup.judge_clock).toBeCloseTo(1, 10);
    expect([result?.speedup.low, result?.workloads[0]?.low]).toEqual([1, 1]);
    expect(result?.clocks.events.low).toBeGreaterThan(Math.log(99));
  });

  it('stays finite when a candidate’s events show no time at all', () => {
    const result = timed(...times(8, { ...group(100, 100), candidate_us: [0, 0] }));
    expect(result?.speedup.estimate).toBeCloseTo(1000, 6);
    expect(result?.speedup.low).toBe(1);
  });

  it('stays finite when a candidate seems to save more than all of the time', () => {
    const greedy: Group = { ...group(100, 1), candidate_block_us: [10, 10], baseline_block_us: [90_000, 90_000] };
    expect(timed(...times(4, greedy))?.speedup.judge_clock).toBeCloseTo(100, 6);
  });
});

describe('where the runner copies results', () => {
  const block = (us: number) => Array.from({ length: 12 }, () => us) as [number, ...number[]];
  /** 20 calls, a round trip of 400 µs, copies of 10 µs a call: by events and by the judge's clock. */
  const copied = (events: [number, number], judged: [number, number]): MeasuredWorkload => ({
    name: 'w',
    groups: times(8, group(...events)),
    copied: true,
    clock: [
      {
        round: 0,
        calls: 20,
        baseline_block_us: block(400 + 20 * (judged[0] + 10)),
        candidate_block_us: block(400 + 20 * (judged[1] + 10)),
        nothing_block_us: block(400 + 20 * 10),
        idle_calls: 2,
        idle_block_us: block(400 + 2 * 10),
      },
    ],
  });

  it('a gain as large as the copies proves nothing, since they can be got round', () => {
    const result = speedups(copied([100, 90], [100, 90]));
    expect(result?.speedup.estimate).toBeCloseTo(100 / 90, 6);
    expect(result?.speedup.low).toBeCloseTo(1, 6);
  });

  it('what exceeds them is claimed', () => {
    const result = speedups(copied([100, 50], [100, 50]));
    // 50 µs saved, 10 of which could be the copies: 100/60, and 5 % of tolerance.
    expect(result?.speedup.low).toBeCloseTo((100 / 60) * 1.05, 6);
  });

  it('the judge’s clock has the word where the host is slower than the GPU', () => {
    const result = speedups(copied([100, 20], [100, 60]));
    expect(result?.speedup.estimate).toBeCloseTo(100 / 60, 6);
    expect(result?.clocks.events.low).toBeCloseTo(Math.log(100 / 60), 6);
  });

  it('but events that show a gain where that clock shows none are still a contradiction', () => {
    const result = speedups(copied([100, 50], [100, 100]));
    expect(result?.clocks.events.estimate).toBeCloseTo(Math.log(2), 6);
    expect(result?.clocks.judge.high).toBeCloseTo(0, 6);
  });
});
