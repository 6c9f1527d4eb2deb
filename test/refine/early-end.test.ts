import { expect, it } from 'vitest';
import type { Evidence } from '../../src/core/evidence.ts';
import type { SearchPlan } from '../../src/core/search-plan.ts';
import { earlyEnd } from '../../src/refine/early-end.ts';
import { EMULATED, evidenceOf, judgedTurn, timed } from './samples.ts';

const PLAN: SearchPlan = { trajectories: 1, turns: 8, policy: 'serial', patience: 2 };

function near(shares: readonly number[]): Evidence {
  const evidence = timed(2);
  return {
    ...evidence,
    workloads: evidence.workloads.map((one, index) => ({ ...one, floor_us: one.candidate_us * (shares[index] ?? 1) })),
  };
}

it('ends near the floor of the workload that is furthest from its own', () => {
  expect(earlyEnd([judgedTurn(1, near([0.97, 0.956]))], PLAN)).toBe('Turn 1 reaches 95 % of what the hardware allows.');
  expect(earlyEnd([judgedTurn(1, near([0.99, 0.94]))], PLAN)).toBeUndefined();
  expect(earlyEnd([judgedTurn(1, timed(2))], PLAN)).toBeUndefined();
});

it('ends after turns without a gain, as many for each trajectory', () => {
  const turns = [judgedTurn(1, timed(1.5)), judgedTurn(2, timed(1.2)), judgedTurn(3, evidenceOf('crashed'))];
  expect(earlyEnd(turns.slice(0, 2), PLAN)).toBeUndefined();
  expect(earlyEnd(turns, PLAN)).toBe('No version in the last 2 turns was better than that of turn 1.');
  expect(earlyEnd(turns, { ...PLAN, trajectories: 2 })).toBeUndefined();
});

it('goes on for as long as nothing was correct, or nothing could be timed', () => {
  const wrong = [1, 2, 3, 4].map((turn) => judgedTurn(turn, evidenceOf('incorrect')));
  expect(earlyEnd(wrong, PLAN)).toBeUndefined();
  const [first, ...later] = wrong;
  const untimed = judgedTurn(1, evidenceOf('not-proven', { device: EMULATED }));
  expect(first && earlyEnd([untimed, ...later], PLAN)).toBeUndefined();
});
