import { describe, expect, it } from 'vitest';
import { type Lineage, POLICY } from '../../src/refine/policy.ts';
import { evidenceOf, judgedTurn, malformedTurn, timed } from './samples.ts';

/** A trajectory whose turns were screened at these speedups; 0 is incorrect. */
const lineageOf = (trajectory: number, ...speedups: number[]): Lineage =>
  speedups.map((speedup, index) =>
    judgedTurn(index + 1, speedup === 0 ? evidenceOf('incorrect') : timed(speedup), undefined, trajectory),
  );
const names = (lineage: Lineage | undefined) => lineage?.map(({ trajectory, turn }) => `${trajectory}.${turn}`);

describe('restart', () => {
  const { regroup, inRounds, seen } = POLICY.restart;

  it('gives the weakest quarter the turns of the strongest up to their best version', () => {
    const before = [lineageOf(1, 1.2, 1.1), lineageOf(2, 0, 0), lineageOf(3, 1.9, 1.5), lineageOf(4, 1, 1.3)];
    const after = regroup(before);
    expect(after.map(names)).toEqual([['1.1', '1.2'], ['3.1'], ['3.1', '3.2'], ['4.1', '4.2']]);
    expect(inRounds).toBe(true);
    expect(seen(after[1] ?? [])).toBe(after[1]);
  });

  it('restarts two of eight, from the two strongest', () => {
    const speedups = [1.8, 1.2, 1.3, 1.9, 1.1, 1.05, 1.4, 1.5];
    const after = regroup(speedups.map((speedup, index) => lineageOf(index + 1, speedup)));
    expect(after.flatMap(names)).toEqual(['1.1', '2.1', '3.1', '4.1', '1.1', '4.1', '7.1', '8.1']);
  });

  it('leaves everything as it is while nothing is better than anything else', () => {
    const alike = [lineageOf(1, 0), [malformedTurn(1, 'nothing')], lineageOf(3, 0)];
    expect(regroup(alike)).toEqual(alike);
    const equal = [lineageOf(1, 1.5), lineageOf(2, 1.5)];
    expect(regroup(equal)).toEqual(equal);
  });

  it('has nothing to do for one trajectory', () => {
    const one = [lineageOf(1, 1.5, 0)];
    expect(regroup(one)).toEqual(one);
  });
});

it('serial shows a trajectory its own turns, and best-of none', () => {
  const lineage = lineageOf(1, 1.2, 1.3);
  expect(POLICY.serial.seen(lineage)).toBe(lineage);
  expect(POLICY['best-of'].seen(lineage)).toEqual([]);
  expect(POLICY.serial.inRounds || POLICY['best-of'].inRounds).toBe(false);
});
