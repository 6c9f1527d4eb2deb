import { expect, it } from 'vitest';
import type { Usage } from '../../src/core/model.ts';
import type { RunOutcome } from '../../src/core/outcome.ts';
import { costLine, totalUsage } from '../../src/report/cost.ts';
import { EMULATED, TARGET } from '../refine/samples.ts';

const USAGE: Usage = { input_tokens: 1200, output_tokens: 3000, cache_read_tokens: 0, cache_write_tokens: 0, usd: 0.1 };

function runWith(...usages: readonly Usage[]): RunOutcome {
  return {
    device: EMULATED,
    sandbox: 'bubblewrap',
    model: 'local',
    seconds: 60,
    targets: usages.map((usage) => ({ target: TARGET, baseline: [], trajectories: 1, turns: [], usage })),
  };
}

it('says how much of the output was thinking, where the API tells', () => {
  expect(costLine(runWith(USAGE, { ...USAGE, thinking_tokens: 2500 }))).toContain(
    '6,000 out (2,500 of them thinking), $0.20',
  );
  expect(costLine(runWith(USAGE))).toContain('3,000 out, $0.10');
});

it('adds thinking up over targets, and leaves it out where nobody told', () => {
  const { thinking_tokens } = totalUsage(
    runWith({ ...USAGE, thinking_tokens: 5 }, USAGE, { ...USAGE, thinking_tokens: 7 }),
  );
  expect(thinking_tokens).toBe(12);
  expect(totalUsage(runWith(USAGE, USAGE))).not.toHaveProperty('thinking_tokens');
});
