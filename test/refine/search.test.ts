import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import type { Device, Evidence } from '../../src/core/evidence.ts';
import type { ModeColumns } from '../../src/core/mode-column.ts';
import { type Completion, type Conversation, type Model, NO_USAGE } from '../../src/core/model.ts';
import type { Candidate } from '../../src/core/source.ts';
import type { Verifier } from '../../src/core/verifier.ts';
import type { Progress } from '../../src/refine/progress.ts';
import { refineTarget } from '../../src/refine/search.ts';
import {
  BASELINE,
  candidateWith,
  EMULATED,
  evidenceOf,
  H200,
  oneTrajectory,
  speedupOf,
  TARGET,
  timed,
} from './samples.ts';

const USAGE = { input_tokens: 1000, output_tokens: 100, cache_read_tokens: 5, cache_write_tokens: 6, usd: 0.5 };

type Answer = string | Error | Partial<Completion>;

/** What attempts are charged before a model fails for good. */
const LOST = { ...USAGE, usd: 0.25, retries: 5 };

/** A model that gives these answers in turn and remembers what it was asked. */
function scriptedModel(answers: readonly Answer[]): Model & { readonly asked: Conversation[] } {
  const asked: Conversation[] = [];
  return {
    name: 'scripted',
    asked,
    atMost: () => NO_USAGE,
    async complete(conversation, _asker, charged) {
      const answer = answers[asked.length];
      asked.push(conversation);
      if (answer === undefined) throw new Error('The script has no further answer.');
      if (answer instanceof Error) {
        charged?.(LOST);
        throw answer;
      }
      return {
        text: '',
        stop: 'end',
        usage: USAGE,
        seconds: 10,
        ...(typeof answer === 'string' ? { text: answer } : answer),
      };
    },
  };
}

const MODES: ModeColumns = {
  eager: { kind: 'failed', reason: 'it crashed' },
  compiled: { kind: 'not-possible', reason: 'TritonMissing' },
};

type Script = Record<string, { readonly screen?: Evidence | Error; readonly confirm?: Evidence | Error }>;

/** A verifier that knows the evidence for each content, and what it was asked to judge. */
function scriptedVerifier(script: Script): Verifier & { readonly calls: string[] } {
  const calls: string[] = [];
  const judge = (stage: 'screen' | 'confirm') => async (candidate: Candidate) => {
    const content = candidate.files[0]?.content.trim() ?? '';
    calls.push(`${stage} ${content}`);
    const result = script[content]?.[stage];
    if (result === undefined) throw new Error(`The script has no ${stage} for ${content}.`);
    if (result instanceof Error) throw result;
    return { ...result, stage, hashes: { ...result.hashes, candidate: candidate.hash } };
  };
  const modes = async () => {
    calls.push('modes');
    return MODES;
  };
  return { calls, screen: judge('screen'), confirm: judge('confirm'), modes };
}

const proposal = (content: string) => `Idea for ${content}.\n\n\`\`\`cuda path=kernels/scale.cu\n${content}\n\`\`\`\n`;
const faster = (speedup: number) => evidenceOf('faster', { speedup: speedupOf(speedup) });

async function search(answers: readonly Answer[], script: Script, device: Device = H200, target = TARGET) {
  const model = scriptedModel(answers);
  const verifier = scriptedVerifier(script);
  const events: Progress[] = [];
  const outcome = refineTarget({
    target,
    baseline: BASELINE,
    device,
    model,
    verifier,
    ...oneTrajectory(answers.length),
    progress: (event) => events.push(event),
  });
  return { outcome: await outcome, model, verifier, events };
}

describe('the search', () => {
  it('proposes, screens and tells, and confirms the best at the end', async () => {
    const { outcome, model, verifier, events } = await search([proposal('// a'), proposal('// b'), proposal('// c')], {
      '// a': { screen: timed(1.2) },
      '// b': { screen: timed(1.9), confirm: faster(1.85) },
      '// c': { screen: evidenceOf('incorrect') },
    });
    expect(verifier.calls).toEqual(['screen // a', 'screen // b', 'screen // c', 'confirm // b']);
    expect(outcome.best).toMatchObject({ turn: 2, evidence: { verdict: 'faster', stage: 'confirm' } });
    expect(outcome.best?.candidate).toEqual(candidateWith('// b\n'));
    expect(outcome.turns.map(({ turn, summary, seconds }) => [turn, summary, seconds])).toEqual([
      [1, 'Idea for // a.', 10.9],
      [2, 'Idea for // b.', 10.9],
      [3, 'Idea for // c.', 10.9],
    ]);
    expect(outcome.usage).toEqual({
      input_tokens: 3000,
      output_tokens: 300,
      cache_read_tokens: 15,
      cache_write_tokens: 18,
      usd: 1.5,
    });
    expect(outcome).not.toHaveProperty('ended');
    expect(model.asked[2]?.messages.at(-1)?.text).toMatch(/^Result of turn 2: correct; 1\.90×/);
    expect(events.map(({ kind }) => kind).join(' ')).toBe(
      'turn-started proposal-received screened turn-started proposal-received screened turn-started proposal-received screened confirming confirmed done',
    );
    expect(events.filter((event) => event.kind === 'screened').map(({ best }) => best)).toEqual([true, true, false]);
    expect(events.at(-1)).toEqual({ kind: 'done', target: 'scale', outcome });
  });

  it('builds added files that something includes, and keeps none for the turn after it', async () => {
    const source = '#include "fast/tile.cuh"';
    const header = '```cuda path=kernels/fast/tile.cuh\n// tile\n```\n';
    const target = { ...TARGET, newFiles: { patterns: ['kernels/fast/*.cuh'], taken: [] } };
    const { outcome, model } = await search(
      [`${proposal('// alone')}${header}`, header, `${proposal(source)}${header}`, proposal('// c')],
      { [source]: { screen: timed(1.5), confirm: faster(1.5) }, '// c': { screen: timed(1.1) } },
      H200,
      target,
    );
    expect(outcome.turns.map(({ result }) => result.kind)).toEqual(['malformed', 'malformed', 'judged', 'judged']);
    expect(outcome.best?.candidate.files).toEqual([
      { path: 'kernels/scale.cu', content: `${source}\n` },
      { path: 'kernels/fast/tile.cuh', content: '// tile\n' },
    ]);
    const told = model.asked.map(({ messages }) => messages.map(({ text }) => text));
    expect(told[1]?.at(-1)).toContain('Nothing in your version includes the file "kernels/fast/tile.cuh"');
    expect(told[3]?.at(-2)).toContain('```cuda path=kernels/fast/tile.cuh\n// tile\n```');
    const last = outcome.turns.at(-1)?.result;
    expect(last?.kind === 'judged' && last.candidate.files.map(({ path }) => path)).toEqual(['kernels/scale.cu']);
  });

  it('takes a malformed answer, a refusal and a cut answer for turns of their own', async () => {
    const { outcome, model, verifier } = await search(
      ['no files here', { stop: 'refusal' }, { text: proposal('// cut'), stop: 'length' }, proposal('// a')],
      { '// a': { screen: timed(1.5), confirm: faster(1.5) } },
    );
    expect(outcome.turns.map(({ result }) => result.kind)).toEqual(['malformed', 'malformed', 'malformed', 'judged']);
    expect(verifier.calls).toEqual(['screen // a', 'confirm // a']);
    const told = model.asked.map(({ messages }) => messages.at(-1)?.text ?? '');
    expect(told[1]).toContain('Your answer holds no file');
    expect(told[2]).toContain('You declined to answer.');
    expect(told[3]).toContain('Your answer was cut at the limit of its length');
    expect(outcome.best?.turn).toBe(4);
  });

  it('does not measure the same files twice, nor the baseline', async () => {
    const present = BASELINE[0]?.content.trimEnd() ?? '';
    const { outcome, model, verifier } = await search(
      [proposal('// a'), proposal('// a'), proposal(present), proposal('// a')],
      { '// a': { screen: evidenceOf('crashed') } },
    );
    expect(verifier.calls).toEqual(['screen // a']);
    const told = model.asked.map(({ messages }) => messages.at(-1)?.text ?? '');
    expect(told[2]).toContain('These files are those of turn 1, byte for byte.');
    expect(told[3]).toContain('is the present source, unchanged');
    expect(outcome.turns.map(({ result }) => result.kind)).toEqual(['judged', 'malformed', 'malformed', 'malformed']);
    expect(outcome).not.toHaveProperty('best');
  });

  it('lets no proposal rewrite a header', async () => {
    const other = { path: 'kernels/common.cuh', content: '// common\n' };
    const never = () => Promise.reject(new Error('It was judged.'));
    const { turns } = await refineTarget({
      target: TARGET,
      baseline: [...BASELINE, other],
      device: H200,
      model: scriptedModel([`${proposal('// a')}\n\`\`\`cuda path=kernels/common.cuh\n// mine\n\`\`\`\n`]),
      verifier: { screen: never, confirm: never, modes: never },
      ...oneTrajectory(1),
    });
    expect(turns[0]?.result).toMatchObject({
      kind: 'malformed',
      problem: expect.stringMatching(/^The path "kernels\/common\.cuh" is not a file that you may write\./),
    });
  });

  it('fills in the files that a proposal leaves as they are', async () => {
    const other = { path: 'kernels/common.cuh', content: '// common\n' };
    const judged: Candidate[] = [];
    const evidence = async (candidate: Candidate) => {
      judged.push(candidate);
      return evidenceOf('incorrect', { hashes: { baseline: '', candidate: candidate.hash } });
    };
    await refineTarget({
      target: TARGET,
      baseline: [...BASELINE, other],
      device: H200,
      model: scriptedModel([proposal('// a')]),
      verifier: { screen: evidence, confirm: evidence, modes: async () => undefined },
      ...oneTrajectory(1),
    });
    expect(judged.map(({ files }) => files)).toEqual([[{ path: 'kernels/scale.cu', content: '// a\n' }, other]]);
  });
});

describe('a model that fails', () => {
  const gone = new EnvironmentError('The model API cannot be reached.');

  it('ends the search with a reason, and what was found is confirmed', async () => {
    const { outcome } = await search([proposal('// a'), gone], {
      '// a': { screen: timed(1.5), confirm: faster(1.5) },
    });
    expect(outcome.ended).toBe('The model failed in turn 2: The model API cannot be reached.');
    expect(outcome.turns).toHaveLength(1);
    expect(outcome.best?.turn).toBe(1);
    // One answer, and what was charged for none.
    expect(outcome.usage).toMatchObject({ output_tokens: 200, retries: 5, usd: 0.75 });
  });

  it('ends the search when only wrong candidates were judged', async () => {
    const { outcome } = await search([proposal('// a'), gone], { '// a': { screen: evidenceOf('incorrect') } });
    expect(outcome.ended).toContain('turn 2');
    expect(outcome).not.toHaveProperty('best');
  });

  it('is an error before anything was judged', async () => {
    await expect(search([gone], {})).rejects.toBe(gone);
    await expect(search(['nonsense', gone], {})).rejects.toBe(gone);
  });

  it('is not mistaken for a bug', async () => {
    const bug = new TypeError('x is not a function');
    await expect(search([proposal('// a'), bug], { '// a': { screen: timed(1.5) } })).rejects.toBe(bug);
  });
});

describe('a verifier that fails', () => {
  const broken = new EnvironmentError('The GPU is gone.');

  it('is an error before a correct candidate was found', async () => {
    await expect(search([proposal('// a')], { '// a': { screen: broken } })).rejects.toBe(broken);
    const script = { '// a': { screen: evidenceOf('incorrect') }, '// b': { screen: broken } };
    await expect(search([proposal('// a'), proposal('// b')], script)).rejects.toBe(broken);
  });

  it('after that ends the search, and what was found is confirmed', async () => {
    const { outcome } = await search([proposal('// a'), proposal('// b'), proposal('// c')], {
      '// a': { screen: timed(1.5), confirm: faster(1.5) },
      '// b': { screen: broken },
    });
    expect(outcome.ended).toBe('The measurement failed in turn 2: The GPU is gone.');
    expect(outcome.best?.turn).toBe(1);
    expect(outcome.turns).toHaveLength(1);
    // The answer that could not be measured was paid for.
    expect(outcome.usage.input_tokens).toBe(2000);
  });

  it('when it cannot confirm either, leaves the turns and says so', async () => {
    const { outcome } = await search([proposal('// a'), proposal('// b')], {
      '// a': { screen: timed(1.5), confirm: broken },
      '// b': { screen: broken },
    });
    expect(outcome).not.toHaveProperty('best');
    expect(outcome.turns).toHaveLength(1);
    expect(outcome.ended).toBe(
      'The measurement failed in turn 2: The GPU is gone. Turn 1 could not be confirmed: The GPU is gone.',
    );
  });

  it('is not mistaken for a bug', async () => {
    const bug = new TypeError('x is not a function');
    const script = { '// a': { screen: timed(1.5), confirm: bug }, '// b': { screen: bug } };
    await expect(search([proposal('// a'), proposal('// b')], script)).rejects.toBe(bug);
    await expect(search([proposal('// a')], script)).rejects.toBe(bug);
  });

  it('is caught when it judged other bytes', async () => {
    const evidence = async () => timed(2);
    const options = { target: TARGET, baseline: BASELINE, device: H200, ...oneTrajectory(1) };
    await expect(
      refineTarget({
        ...options,
        model: scriptedModel([proposal('// a')]),
        verifier: { screen: evidence, confirm: evidence, modes: async () => undefined },
      }),
    ).rejects.toThrow(/Evidence is for candidate not set/);
  });
});

describe('the confirmation', () => {
  const four = ['// a', '// b', '// c', '// d'];
  const screened = (confirm: (content: string) => Evidence): Script =>
    Object.fromEntries(
      four.map((content, index) => [content, { screen: timed(1.9 - index / 10), confirm: confirm(content) }]),
    );

  it('goes on to the next best until one holds', async () => {
    const script = screened((content) => (content === '// c' ? evidenceOf('not-proven') : evidenceOf('incorrect')));
    const { outcome, verifier, events } = await search(four.map(proposal), script);
    expect(verifier.calls.slice(4)).toEqual(['confirm // a', 'confirm // b', 'confirm // c']);
    expect(outcome.best).toMatchObject({ turn: 3, evidence: { verdict: 'not-proven' } });
    expect(events.filter((event) => event.kind === 'confirmed').map(({ holds }) => holds)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it.each(['slower', 'incorrect', 'rejected', 'crashed', 'timed-out', 'build-failed'] as const)(
    'gives up after three that turn out %s',
    async (verdict) => {
      const { outcome, verifier } = await search(
        four.map(proposal),
        screened(() => evidenceOf(verdict)),
      );
      expect(verifier.calls.filter((call) => call.startsWith('confirm'))).toHaveLength(3);
      expect(outcome).not.toHaveProperty('best');
    },
  );

  it("has the baseline's other modes beside the candidate that holds, and asks for them once it does", async () => {
    const script = screened((content) => (content === '// b' ? timed(1.8) : evidenceOf('incorrect')));
    const { outcome, verifier } = await search(four.map(proposal), script);
    expect(verifier.calls.slice(4)).toEqual(['confirm // a', 'confirm // b', 'modes']);
    expect(outcome.best).toMatchObject({ turn: 2, evidence: { verdict: 'not-proven', modes: MODES } });
    expect(
      outcome.turns.flatMap(({ result }) => (result.kind === 'judged' ? (result.evidence.modes ?? []) : [])),
    ).toEqual([]);
  });

  it('is not spent on slower candidates', async () => {
    const { outcome, verifier } = await search([proposal('// a'), proposal('// b')], {
      '// a': { screen: timed(0.6) },
      '// b': { screen: timed(0.995) },
    });
    expect(verifier.calls).toEqual(['screen // a', 'screen // b']);
    expect(outcome).not.toHaveProperty('best');
  });

  it('takes the last correct candidate on the emulated device', async () => {
    const correct = evidenceOf('not-proven', { device: EMULATED });
    const { outcome, model } = await search(
      [proposal('// a'), proposal('// b'), proposal('// c')],
      {
        '// a': { screen: correct },
        '// b': { screen: correct, confirm: correct },
        '// c': { screen: evidenceOf('crashed', { device: EMULATED }) },
      },
      EMULATED,
    );
    expect(outcome.best).toMatchObject({ turn: 2, evidence: { verdict: 'not-proven' } });
    expect(model.asked[1]?.messages.at(-1)?.text).toContain('correct; not timed');
  });
});
