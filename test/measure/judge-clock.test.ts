import { describe, expect, it } from 'vitest';
import { judgeTimes } from '../../src/measure/judge-clock.ts';
import type { ClockBlocks, MeasuredWorkload } from '../../src/measure/judge-report.ts';
import { group } from './samples.ts';
import { CONFIRM, KERNELS, SCREEN, simulate } from './simulation.ts';

/** Blocks of which everything is known: a round trip of 450 µs. */
function exact(round: number, calls: number, baselineUs: number, candidateUs: number, turns = 6): ClockBlocks {
  const blocks = (call: number): [number, ...number[]] => {
    const block = 450 + calls * call;
    return [block, ...Array.from({ length: turns - 1 }, () => block)];
  };
  return {
    round,
    calls,
    baseline_block_us: blocks(baselineUs),
    candidate_block_us: blocks(candidateUs),
    nothing_block_us: blocks(0),
    idle_calls: 2,
  };
}

function workload(...clock: ClockBlocks[]): MeasuredWorkload {
  return { name: 'w', groups: Array.from({ length: 8 }, () => group(100, 90)), clock, copied: false };
}

describe('judgeTimes', () => {
  it('finds the time of a call behind round trips', () => {
    const { saved, baseline, candidate } = judgeTimes(workload(exact(0, 20, 57, 30)), 0.99);
    expect(saved.estimate).toBeCloseTo(27, 9);
    expect(baseline?.estimate).toBeCloseTo(57, 9);
    expect(candidate?.estimate).toBeCloseTo(30, 9);
    expect(saved.high - saved.low).toBeCloseTo(0, 9);
  });

  it('allows for other lengths in other rounds', () => {
    const { saved, baseline } = judgeTimes(workload(exact(0, 20, 57, 30), exact(1, 100, 57, 30)), 0.99);
    expect([saved.estimate, baseline?.estimate]).toEqual([expect.closeTo(27, 9), expect.closeTo(57, 9)]);
  });

  it('is not led astray by a few preempted blocks', () => {
    const blocks = exact(0, 20, 57, 30, 24);
    const [first, second, ...others] = blocks.baseline_block_us;
    const preempted = {
      ...blocks,
      baseline_block_us: [first, (second ?? 0) + 50_000, ...others] as [number, ...number[]],
    };
    const { saved, baseline } = judgeTimes(workload(preempted), 0.99);
    expect([saved.estimate, baseline?.estimate]).toEqual([expect.closeTo(27, 9), expect.closeTo(57, 9)]);
  });

  it.each([
    ['without blocks of its own', []],
    ['with a single block', [exact(0, 20, 57, 30, 1)]],
  ])('takes the groups’ blocks %s', (_, clock) => {
    const times = judgeTimes(workload(...clock), 0.99);
    expect(times.saved.estimate).toBeCloseTo(10, 9);
    expect(times).not.toHaveProperty('baseline');
  });

  it('knows what the copies of results take', () => {
    const idle = Array.from({ length: 6 }, () => 450 + 2 * 9) as [number, ...number[]];
    const nothing = idle.map(() => 450 + 20 * 9) as [number, ...number[]];
    const blocks = { ...exact(0, 20, 57, 30), nothing_block_us: nothing, idle_block_us: idle };
    expect(judgeTimes(workload(blocks), 0.99).copies).toBeCloseTo(9, 9);
    expect(judgeTimes(workload(exact(0, 20, 57, 30)), 0.99).copies).toBe(0);
  });

  it.each([
    ['a confirmation', CONFIRM, 2.5],
    ['a screening', SCREEN, 30],
  ])('holds the true saving in nearly all of 150 times of %s', (_, plan, widest) => {
    const { us, machine } = KERNELS['57 µs'];
    let held = 0;
    for (let trial = 1; trial <= 150; trial += 1) {
      const { saved } = judgeTimes(simulate(us, 1.04, machine, plan, trial), 0.99);
      expect(saved.high - saved.low).toBeLessThan(widest);
      if (saved.low <= us - us / 1.04 && us - us / 1.04 <= saved.high) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(145);
  });
});
