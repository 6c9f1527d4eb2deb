import { describe, expect, it } from 'vitest';
import { type Completion, ContextExceeded, type Conversation, type Model, NO_USAGE } from '../../src/core/model.ts';
import type { Turn } from '../../src/core/outcome.ts';
import { openAccount } from '../../src/refine/budget.ts';
import { NoFurtherTurn, TurnFailure, takeTurn } from '../../src/refine/turn.ts';
import { createSyntax } from '../../src/targets/dependencies/syntax.ts';
import { BASELINE, evidenceOf, H200, judgedTurn, TARGET, timed } from './samples.ts';

const USAGE = { ...NO_USAGE, output_tokens: 10, usd: 1 };
const LINEAGE = Array.from({ length: 4 }, (_, index) =>
  judgedTurn(index + 1, timed(1.1), `// version ${index + 1}${' and more'.repeat(500)}\n`),
);
const whole: Partial<Completion> = { text: 'New.\n\n```cuda path=kernels/scale.cu\n// new\n```\n' };
const ended: Partial<Completion> = { text: 'New.\n\n```cuda path=', stop: 'context' };
const tooLong = new ContextExceeded('The conversation is too long.');

/** A turn after `lineage` with these answers. */
async function turn(answers: readonly (Partial<Completion> | Error)[], lineage: readonly Turn[], usd = 100) {
  const asked: Conversation[] = [];
  const model: Model = {
    name: 'scripted',
    atMost: () => USAGE,
    async complete(conversation) {
      const answer = answers[asked.length];
      asked.push(conversation);
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('One request too many.');
      return { text: '', stop: 'end', usage: USAGE, seconds: 1, ...answer };
    },
  };
  const taken = takeTurn({ trajectory: 1, turn: lineage.length + 1 }, lineage, {
    prompt: { target: TARGET, baseline: BASELINE, device: H200 },
    model,
    account: openAccount({ usd }),
    tuning: {
      target: TARGET,
      screen: async ({ hash }) => evidenceOf('not-proven', { hashes: { baseline: '', candidate: hash } }),
      timeIsUp: () => undefined,
      atOnce: 1,
    },
    syntax: createSyntax(),
    onProposal: () => {},
  });
  return { asked, result: await taken.catch((error: unknown) => error) };
}

describe('a model whose context ends in the answer, or before it', () => {
  it.each([
    ['in the answer', ended, 2],
    ['before it', tooLong, 1],
  ])('%s is asked once more without the oldest turns', async (_where, first, paid) => {
    const { asked, result } = await turn([first, whole], LINEAGE);
    expect(asked.map(({ messages }) => messages.length)).toEqual([9, 3]);
    expect(asked[1]?.messages[0]).toMatchObject({
      text: asked[0]?.messages[0]?.text,
      aside: 'Turns 1 to 3 are left out here for their length.',
    });
    expect(result).toMatchObject({ result: { kind: 'judged' }, usage: { output_tokens: 10 * paid, usd: paid } });
  });

  it('is asked no third time', async () => {
    const { asked, result } = await turn([ended, ended], LINEAGE);
    expect(asked).toHaveLength(2);
    expect(result).toMatchObject({
      result: { kind: 'malformed', problem: expect.stringContaining("the end of the model's context") },
      usage: { usd: 2 },
    });
  });

  it('is not asked again where there is no turn to leave out', async () => {
    const one = LINEAGE.slice(0, 1);
    expect(await turn([ended], one)).toMatchObject({ result: { result: { kind: 'malformed' } } });
    const { asked, result } = await turn([tooLong], one);
    expect(asked).toHaveLength(1);
    expect(result).toBeInstanceOf(TurnFailure);
    expect(result).toMatchObject({ cause: tooLong });
  });

  it('is not asked again over the budget, and the turn that was paid for is kept', async () => {
    expect(await turn([ended], LINEAGE, 1.5)).toMatchObject({
      asked: { length: 1 },
      result: { result: { kind: 'malformed' }, usage: { usd: 1 } },
    });
    expect((await turn([], LINEAGE, 0.5)).result).toBeInstanceOf(NoFurtherTurn);
  });

  it('and that then fails leaves what was paid for', async () => {
    const { result } = await turn([ended, tooLong], LINEAGE);
    expect(result).toMatchObject({ who: 'model', usage: { usd: 1 } });
  });
});
