import { mean } from 'simple-statistics';
import { expect, it } from 'vitest';
import type { PolicyName } from '../../src/core/search-plan.ts';
import { BASELINE, TARGET } from '../refine/samples.ts';
import { simulatedSearch } from './simulated-search.ts';

const TASKS = 40;
const subject = { target: TARGET, baseline: BASELINE };

async function searched(policy: PolicyName, trajectories: number, turns: number) {
  const plan = { trajectories, turns, policy, patience: Number.POSITIVE_INFINITY };
  const all = [];
  for (let task = 0; task < TASKS; task++) all.push(await simulatedSearch(task, plan, subject));
  return {
    speedup: mean(all.map(({ speedup }) => speedup)),
    solved: mean(all.map(({ speedup }) => (speedup > 0 ? 1 : 0))),
    kernels: new Set(all.map(({ kernels }) => kernels)),
    usd: mean(all.map(({ usd }) => usd)),
  };
}

it('finds more by few long trajectories than by many single attempts, at equal kernels', async () => {
  const serial = await searched('serial', 4, 4);
  const single = await searched('best-of', 4, 4);
  expect(serial.kernels).toEqual(new Set([16]));
  expect(single.kernels).toEqual(serial.kernels);
  expect(serial.speedup).toBeGreaterThan(1.2 * single.speedup);
  expect(serial.solved).toBeGreaterThanOrEqual(single.solved);
});

it('finds more with more effort, and costs more', async () => {
  const low = await searched('serial', 1, 4);
  const medium = await searched('serial', 4, 4);
  expect(medium.speedup).toBeGreaterThan(low.speedup);
  expect(medium.usd / low.usd).toBeGreaterThan(3);
  expect(medium.usd / low.usd).toBeLessThan(5);
});

it('is the same each time', async () => {
  const plan = { trajectories: 2, turns: 3, policy: 'restart', patience: 9 } as const;
  expect(await simulatedSearch(3, plan, subject)).toEqual(await simulatedSearch(3, plan, subject));
  expect(await simulatedSearch(3, plan, subject, 2)).not.toEqual(await simulatedSearch(3, plan, subject, 1));
});
