import { describe, expect, it } from 'vitest';
import { judgeTimes } from '../../src/measure/judge-clock.ts';
import type { ClockBlocks, MeasuredWorkload } from '../../src/measure/judge-report.ts';
import { group } from './samples.ts';
import { CONFIRM, KERNELS, SCREEN, simulate } from './simulation.ts';

/** Blocks of which everything is known: a flush of 40 µs, a round trip of 150 µs. */
function exact(round: number, calls: number, baselineUs: number, candidateUs: number, turns = 6): ClockBlocks {
  const blocks = (call: number): [number, ...number[]] => {
    const block = 150 + calls * (40 + call);
    return [block, ...Array.from({ length: turns - 1 }, () => block)];
  };
  return {
    round,
    calls,
    baseline_block_us: blocks(baselineUs),
    candidate_block_us: blocks(candidateUs),
    flush_block_us: blocks(0),
  };
}

function workload(...clock: ClockBlocks[]): MeasuredWorkload {
  return { name: 'w', groups: Array.from({ length: 8 }, () => group(100, 90)), clock };
}

describe('judgeTimes', () => {
  it('finds the time of a call behind flushes and round trips', () => {
    const { saved, baseline, candidate } = judgeTimes(workload(exact(0, 20, 57, 30), exact(0, 200, 57, 30)), 0.99);
    expect(saved.estimate).toBeCloseTo(27, 9);
    expect(baseline?.estimate).toBeCloseTo(57, 9);
    expect(candidate?.estimate).toBeCloseTo(30, 9);
    expect(saved.high - saved.low).toBeCloseTo(0, 9);
  });

  it('allows for other lengths in other rounds', () => {
    const rounds = [exact(0, 20, 57, 30), exact(0, 200, 57, 30), exact(1, 10, 57, 30), exact(1, 150, 57, 30)];
    const { saved, baseline } = judgeTimes(workload(...rounds), 0.99);
    expect([saved.estimate, baseline?.estimate]).toEqual([expect.closeTo(27, 9), expect.closeTo(57, 9)]);
  });

  it('does not believe the slope of a candidate that dawdles in short blocks', () => {
    const short = exact(0, 20, 57, 57);
    const [first, ...others] = short.candidate_block_us.map((us) => us + 8000);
    const dawdling = { ...short, candidate_block_us: [first ?? 0, ...others] as [number, ...number[]] };
    const { saved, candidate } = judgeTimes(workload(dawdling, exact(0, 200, 57, 57)), 0.99);
    expect(saved.estimate).toBeCloseTo(0, 9);
    expect(candidate?.estimate).toBeCloseTo(57, 9);
  });

  it.each([
    ['without blocks of its own', []],
    ['with blocks of one length', [exact(0, 200, 57, 30)]],
    ['with few blocks', [exact(0, 20, 57, 30, 2), exact(0, 200, 57, 30, 2)]],
  ])('takes the groups’ blocks %s', (_, clock) => {
    const times = judgeTimes(workload(...clock), 0.99);
    expect(times.saved.estimate).toBeCloseTo(10, 9);
    expect(times).not.toHaveProperty('baseline');
  });

  it.each([
    ['a confirmation', CONFIRM, 1],
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
