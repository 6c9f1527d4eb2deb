import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import type { Evidence } from '../../src/core/evidence.ts';
import type { Asker, Conversation, Model, Usage } from '../../src/core/model.ts';
import type { Budget, SearchPlan } from '../../src/core/search-plan.ts';
import type { Candidate } from '../../src/core/source.ts';
import type { Verifier } from '../../src/core/verifier.ts';
import { openAccount } from '../../src/refine/budget.ts';
import { refineTarget } from '../../src/refine/search.ts';
import { BASELINE, evidenceOf, H200, speedupOf, TARGET, timed } from './samples.ts';

const PLAN: SearchPlan = { trajectories: 2, turns: 2, policy: 'serial', patience: 4 };
const CALL: Usage = { input_tokens: 0, output_tokens: 10, cache_read_tokens: 0, cache_write_tokens: 0, usd: 0.1 };

const contentOf = (candidate: Candidate) => candidate.files[0]?.content.trim() ?? '';
const proposal = (content: string) => `Idea ${content}.\n\n\`\`\`cuda path=kernels/scale.cu\n${content}\n\`\`\`\n`;

interface Scene {
  readonly plan?: SearchPlan;
  readonly budget?: Budget;
  /** The speedup of each candidate; 0 is incorrect. */
  readonly speedups: Readonly<Record<string, number>>;
  /** What is answered in a turn; its place as a comment where nothing else is said. */
  readonly answer?: (asker: Asker) => Promise<string>;
}

async function search({ plan = PLAN, budget = {}, speedups, answer }: Scene) {
  const asked = new Map<string, Conversation>();
  const screened: string[] = [];
  const confirmed: string[] = [];
  const model: Model = {
    name: 'scripted',
    atMost: () => ({ ...CALL, usd: 0.4 }),
    async complete(conversation, asker) {
      if (asker === undefined) throw new Error('The search says which turn it asks for.');
      const name = `${asker.trajectory}.${asker.turn}`;
      asked.set(name, conversation);
      const text = await (answer?.(asker) ?? Promise.resolve(proposal(`// ${name}`)));
      return { text, stop: 'end', usage: CALL, seconds: 1 };
    },
  };
  const evidenceFor = (candidate: Candidate): Evidence => {
    const speedup = speedups[contentOf(candidate)] ?? 0;
    const evidence = speedup === 0 ? evidenceOf('incorrect') : timed(speedup);
    return { ...evidence, hashes: { baseline: '', candidate: candidate.hash }, timings_s: { build: 1, screen: 1 } };
  };
  const verifier: Verifier = {
    modes: async () => undefined,
    async screen(candidate) {
      screened.push(contentOf(candidate));
      return evidenceFor(candidate);
    },
    async confirm(candidate) {
      confirmed.push(contentOf(candidate));
      const speedup = speedupOf(speedups[contentOf(candidate)] ?? 0);
      return { ...evidenceFor(candidate), verdict: 'faster', stage: 'confirm', speedup };
    },
  };
  const options = { target: TARGET, baseline: BASELINE, device: H200, model, verifier, plan };
  const outcome = await refineTarget({ ...options, account: openAccount(budget) });
  return { outcome, asked, screened, confirmed };
}

describe('trajectories', () => {
  it('see their own turns alone, and the best of all is confirmed', async () => {
    const { outcome, asked, confirmed } = await search({
      speedups: { '// 1.1': 1.2, '// 2.1': 1.3, '// 1.2': 0, '// 2.2': 1.7 },
    });
    expect(outcome.turns.map(({ trajectory, turn }) => [trajectory, turn])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ]);
    expect(outcome.trajectories).toBe(2);
    expect(confirmed).toEqual(['// 2.2']);
    expect(outcome.best).toMatchObject({ trajectory: 2, turn: 2 });
    const told = asked.get('1.2')?.messages.map(({ text }) => text);
    expect(told?.[1]).toContain('// 1.1');
    expect(JSON.stringify(told)).not.toContain('// 2.1');
    expect(outcome.usage.usd).toBeCloseTo(0.4, 10);
  });

  it('do not wait for each other', async () => {
    const order: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await search({
      speedups: {},
      async answer({ trajectory, turn }) {
        if (trajectory === 1) await held;
        order.push(`${trajectory}.${turn}`);
        if (trajectory === 2 && turn === 2) release();
        return proposal(`// ${trajectory}.${turn}`);
      },
    });
    expect(order).toEqual(['2.1', '2.2', '1.1', '1.2']);
  });

  it('wait for each other where the weakest are restarted, and those then see what they go on from', async () => {
    const { asked } = await search({
      plan: { ...PLAN, policy: 'restart', turns: 2 },
      speedups: { '// 1.1': 0, '// 2.1': 1.5 },
    });
    const told = JSON.stringify(asked.get('1.2')?.messages);
    expect(told).toContain('// 2.1');
    expect(told).not.toContain('// 1.1');
    expect(told).toContain('Result of turn 1: correct');
  });

  it('see nothing with best-of', async () => {
    const { asked } = await search({ plan: { ...PLAN, policy: 'best-of' }, speedups: { '// 1.1': 1.5 } });
    expect([...asked.values()].map(({ messages }) => messages.length)).toEqual([1, 1, 1, 1]);
  });

  it('do not have the same bytes judged twice', async () => {
    const { outcome, screened } = await search({
      plan: { ...PLAN, turns: 1 },
      speedups: { '// same': 1.5 },
      answer: async () => proposal('// same'),
    });
    expect(screened).toEqual(['// same']);
    expect(outcome.turns.map(({ result }) => result.kind)).toEqual(['judged', 'judged']);
    expect(outcome.best).toMatchObject({ trajectory: 1, turn: 1 });
  });

  it('end together when the model fails in one of them, and every answer is paid for', async () => {
    const { outcome } = await search({
      plan: { ...PLAN, turns: 3 },
      speedups: { '// 1.1': 1.5, '// 2.1': 1.2, '// 2.2': 1.1 },
      async answer({ trajectory, turn }) {
        if (trajectory === 1 && turn === 2) throw new EnvironmentError('The model API cannot be reached.');
        return proposal(`// ${trajectory}.${turn}`);
      },
    });
    expect(outcome.ended).toBe('The model failed in turn 1.2: The model API cannot be reached.');
    expect(outcome.turns.map(({ trajectory, turn }) => `${trajectory}.${turn}`)).toEqual(['1.1', '2.1', '2.2']);
    expect(outcome.best).toMatchObject({ trajectory: 1, turn: 1 });
  });
});

describe('a budget', () => {
  it('ends the search before the call that could break it, and what was found is confirmed', async () => {
    const { outcome, asked, confirmed } = await search({
      plan: { ...PLAN, turns: 8 },
      budget: { usd: 0.75 },
      speedups: { '// 1.1': 1.5 },
    });
    // Calls of $0.10 each, which may take $0.40: the fifth could have made it $0.80.
    expect(asked.size).toBe(4);
    expect(outcome.usage.usd).toBeCloseTo(0.4, 10);
    expect(outcome.ended).toBe('The budget of $0.75 has $0.35 left, and the next call may cost $0.40.');
    expect(confirmed).toEqual(['// 1.1']);
  });

  it('of GPU time keeps enough for the confirmation', async () => {
    const { outcome, screened } = await search({
      plan: { ...PLAN, trajectories: 1, turns: 30, patience: 30 },
      budget: { gpuMinutes: 0.5 },
      speedups: { '// 1.1': 1.5 },
    });
    // Screenings of 1 s each, and 15 s for the confirmation.
    expect(screened).toHaveLength(16);
    expect(outcome.ended).toBe('The budget of 0.5 GPU minutes is used up but for the confirmation.');
    expect(outcome.best).toBeDefined();
  });
});

it('ends early when nothing gets better, and says so', async () => {
  const { outcome, asked } = await search({
    plan: { ...PLAN, trajectories: 1, turns: 8, patience: 2 },
    speedups: { '// 1.1': 1.5, '// 1.2': 1.4, '// 1.3': 1.3 },
  });
  expect(asked.size).toBe(3);
  expect(outcome.ended).toBe('No version in the last 2 turns was better than that of turn 1.');
});
