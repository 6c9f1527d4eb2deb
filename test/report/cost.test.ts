import { expect, it } from 'vitest';
import type { Usage } from '../../src/core/model.ts';
import type { RunOutcome } from '../../src/core/outcome.ts';
import { costLine, totalUsage } from '../../src/report/cost.ts';
import { EMULATED, malformedTurn, TARGET } from '../refine/samples.ts';

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

it('tells of one answer that was far longer than the others, of attempts that failed, and of the time of the GPU', () => {
  const [target] = runWith({ ...USAGE, output_tokens: 12_000, thinking_tokens: 9000, retries: 2 }).targets;
  if (target === undefined) throw new Error('There is a target.');
  const turns = [2000, 8000, 2000].map((output_tokens, index) => ({
    ...malformedTurn(index + 1, 'No file.'),
    usage: { ...USAGE, output_tokens },
  }));
  const run = { ...runWith(), targets: [{ ...target, turns, gpuSeconds: 72.4 }] };
  expect(costLine(run)).toBe(
    '3 turns, 1,200 tokens in, 12,000 out (9,000 of them thinking, 8,000 in turn 2 alone), asked again 2 times after failures, $0.10, 1 min 12 s of the GPU, 1 min 0 s',
  );
  const alike = turns.map((turn) => ({ ...turn, usage: { ...USAGE, output_tokens: 4000 } }));
  expect(costLine({ ...run, targets: [{ ...target, turns: alike }] })).toContain('(9,000 of them thinking), asked');
  // Over several targets it stands with the one that it is of.
  expect(costLine({ ...run, targets: [...run.targets, ...runWith(USAGE).targets] })).not.toContain('alone');
});

it('adds thinking up over targets, and leaves it out where nobody told', () => {
  const { thinking_tokens } = totalUsage(
    runWith({ ...USAGE, thinking_tokens: 5 }, USAGE, { ...USAGE, thinking_tokens: 7 }),
  );
  expect(thinking_tokens).toBe(12);
  expect(totalUsage(runWith(USAGE, USAGE))).not.toHaveProperty('thinking_tokens');
});
