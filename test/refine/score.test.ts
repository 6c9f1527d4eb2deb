import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/core/evidence.ts';
import { isCorrect } from '../../src/core/verdict.ts';
import { betterThan, type Judged, score, worthConfirming } from '../../src/refine/score.ts';
import { candidateWith, EMULATED, evidenceOf, timed } from './samples.ts';

const judged = (turn: number, evidence: Evidence): Judged => ({
  trajectory: 1,
  turn,
  candidate: candidateWith(`${turn}`),
  evidence,
});
/** Twice as fast at one workload and a little slower at another, as its interval shows. */
const lopsided = timed(1.5);
const [workload] = lopsided.workloads;
const half = { ...(workload ?? { name: '', baseline_us: 0, candidate_us: 0 }), speedup: 0.9, low: 0.89, high: 0.91 };
const UNPROVABLE: Evidence = { ...lopsided, workloads: [...lopsided.workloads, half] };
const emulated = (turn: number, verdict: Evidence['verdict']) =>
  judged(turn, evidenceOf(verdict, { device: EMULATED }));

describe('score', () => {
  it.each([
    ['correct and twice as fast', timed(2), 2.3],
    ['correct and half as fast', timed(0.5), 0.8],
    ['correct without times', evidenceOf('not-proven', { device: EMULATED }), 0.3],
    ['incorrect', evidenceOf('incorrect'), 0],
    ['crashed', evidenceOf('crashed'), 0],
    [
      'rejected, whatever its time',
      evidenceOf('rejected', { speedup: { estimate: 9, low: 9, high: 9, judge_clock: 9 } }),
      0,
    ],
  ])('of a candidate that is %s', (_name, evidence, expected) => {
    expect(score(evidence)).toBeCloseTo(expected, 10);
  });
});

it.each([
  ['faster', true],
  ['not-proven', true],
  ['slower', true],
  ['incorrect', false],
  ['rejected', false],
  ['build-failed', false],
  ['crashed', false],
  ['timed-out', false],
] as const)('counts %s as correct: %s', (verdict, correct) => {
  expect(isCorrect(evidenceOf(verdict))).toBe(correct);
});

describe('betterThan', () => {
  it.each([
    ['a correct one before a wrong one', judged(1, timed(0.2)), judged(2, evidenceOf('incorrect'))],
    ['the faster one', judged(2, timed(1.5)), judged(1, timed(1.2))],
    [
      'one that is faster everywhere to a faster one that is slower at a workload',
      judged(2, timed(1.1)),
      judged(1, UNPROVABLE),
    ],
    ['the faster one where neither gain could be proven', judged(2, UNPROVABLE), judged(1, timed(1.01))],
    ['one with a time before one without', judged(2, timed(0.5)), judged(1, evidenceOf('not-proven'))],
    ['the earlier one of two alike', judged(1, timed(1.5)), judged(2, timed(1.5))],
    ['the later one on the emulated device', emulated(3, 'not-proven'), emulated(1, 'not-proven')],
    ['a correct one on the emulated device', emulated(1, 'not-proven'), emulated(3, 'crashed')],
  ])('prefers %s', (_name, better, worse) => {
    expect(betterThan(better, worse)).toBe(true);
    expect(betterThan(worse, better)).toBe(false);
  });
});

describe('worthConfirming', () => {
  const turnsOf = (list: readonly Judged[]) => worthConfirming(list).map(({ turn }) => turn);

  it('sorts by speedup and leaves out what is slower, not faster at all, or wrong', () => {
    const list = [timed(1.2), timed(0.5), timed(1.9), evidenceOf('incorrect'), timed(0.99), timed(1.4)];
    expect(turnsOf(list.map((evidence, index) => judged(index + 1, evidence)))).toEqual([3, 6, 1]);
  });

  it('keeps a correct one without a time, after those with one', () => {
    expect(turnsOf([judged(1, evidenceOf('not-proven')), judged(2, timed(1.1))])).toEqual([2, 1]);
  });

  it('takes the last correct one first on the emulated device', () => {
    expect(turnsOf([emulated(1, 'not-proven'), emulated(2, 'not-proven'), emulated(3, 'crashed')])).toEqual([2, 1]);
  });
});
