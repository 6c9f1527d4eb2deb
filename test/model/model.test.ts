import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Candidate } from '../../src/core/source.ts';
import { createAnthropicModel } from '../../src/models/anthropic.ts';
import { conversationFor } from '../../src/refine/conversation.ts';
import { refineTarget } from '../../src/refine/search.ts';
import { BASELINE, EMULATED, evidenceOf, judgedTurn, oneTrajectory, TARGET } from '../refine/samples.ts';
import { type ModelServer, startModel } from './model.ts';

const answers = mkdtempSync(join(tmpdir(), 'answers-'));
const CONTEXT = { target: TARGET, baseline: BASELINE, device: EMULATED };
const file = (content: string) => `Idea: ${content}.\n\n\`\`\`cuda path=kernels/scale.cu\n// ${content}\n\`\`\`\n`;
let server: ModelServer;

beforeAll(async () => {
  for (const [target, recorded] of [
    ['scale', ['first', 'second — with µ']],
    ['other', ['elsewhere']],
  ] as const) {
    mkdirSync(join(answers, target));
    recorded.forEach((content, index) => {
      writeFileSync(join(answers, target, `${index + 1}.md`), file(content));
    });
  }
  server = await startModel({ answers });
});

afterEach(() => server.faults.clear());

afterAll(async () => {
  await server.close();
  rmSync(answers, { recursive: true });
});

function client(lines: string[] = []) {
  return createAnthropicModel({
    apiKey: 'sk-local',
    baseUrl: server.url,
    model: 'claude-opus-4-5',
    maxTokens: 4000,
    maxRetries: 2,
    log: (line) => lines.push(line),
    sleep: async () => {},
  });
}

const FIRST = conversationFor(CONTEXT, []);

describe('recorded answers', () => {
  it('come by target and turn', async () => {
    const evidence = evidenceOf('crashed', { device: EMULATED });
    const second = conversationFor(CONTEXT, [judgedTurn(1, evidence)]);
    const third = conversationFor(CONTEXT, [judgedTurn(1, evidence), judgedTurn(2, evidence)]);
    const other = conversationFor({ ...CONTEXT, target: { ...TARGET, name: 'other' } }, []);
    const model = client();
    expect((await model.complete(FIRST)).text).toBe(file('first'));
    expect((await model.complete(second)).text).toBe(file('second — with µ'));
    expect((await model.complete(third)).text).toBe('I have no further idea for this kernel.\n');
    expect((await model.complete(other)).text).toBe(file('elsewhere'));
  });

  it('use a plausible number of tokens, with a price', async () => {
    const { usage } = await client().complete(FIRST);
    expect(usage.input_tokens).toBeGreaterThan(500);
    expect(usage.output_tokens).toBe(Math.ceil(file('first').length / 4));
    expect(usage.usd).toBeCloseTo((usage.input_tokens * 5 + usage.output_tokens * 25) / 1e6, 10);
  });

  it('are refused for a target without any', async () => {
    const unknown = conversationFor({ ...CONTEXT, target: { ...TARGET, name: 'unknown' } }, []);
    await expect(client().complete(unknown)).rejects.toThrow(/No recorded answers for target unknown/);
  });

  it('are journaled as they were asked for', async () => {
    const before = server.requests().length;
    await client().complete(FIRST);
    expect(server.requests().slice(before)).toEqual([
      {
        model: 'claude-opus-4-5',
        system: FIRST.system,
        messages: [{ role: 'user', text: FIRST.messages[0]?.text }],
        status: 200,
      },
    ]);
  });
});

describe('faults', () => {
  it.each([
    ['a rate limit', () => server.faults.rateLimit(3), /rate limit \(429\); attempt 2 of 3 in 3\.0 s/],
    ['an overload', () => server.faults.overloaded(), /overloaded \(529\); attempt 2 of 3/],
    ['a dropped stream', () => server.faults.dropStream(), /the answer broke off; attempt 2 of 3/],
  ])('%s is survived', async (_name, arrange, line) => {
    arrange();
    const lines: string[] = [];
    const completion = await client(lines).complete(FIRST);
    expect(completion.text).toBe(file('first'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  it.each([
    ['a rate limit', () => server.faults.rateLimit(1, 9), /limits the rate of this key.*tried 3 times/],
    ['an overload', () => server.faults.overloaded(9), /is overloaded or failing.*tried 3 times/],
    ['a dropped stream', () => server.faults.dropStream(9), /keeps breaking off.*tried 3 times/],
    ['a bad key', () => server.faults.badKey(), /refused the key/],
    ['an unknown model', () => server.faults.unknownModel(), /knows no model "claude-opus-4-5"/],
  ])('%s that stays is an error', async (_name, arrange, message) => {
    arrange();
    await expect(client().complete(FIRST)).rejects.toThrow(message);
  });

  it('come in the order in which they were set', async () => {
    server.faults.refusal();
    server.faults.cut();
    server.faults.nonsense();
    const model = client();
    expect(await model.complete(FIRST)).toMatchObject({ text: '', stop: 'refusal' });
    expect(await model.complete(FIRST)).toMatchObject({ stop: 'length' });
    expect(await model.complete(FIRST)).toMatchObject({ text: 'As a kernel I dream of electric warps.', stop: 'end' });
    expect((await model.complete(FIRST)).text).toBe(file('first'));
  });
});

it('serves a whole search', async () => {
  server.faults.overloaded();
  const seen: string[] = [];
  const judge = async (candidate: Candidate) => {
    const content = candidate.files[0]?.content ?? '';
    seen.push(content);
    const verdict = content.includes('first') ? 'crashed' : 'not-proven';
    return evidenceOf(verdict, { device: EMULATED, hashes: { baseline: '', candidate: candidate.hash } });
  };
  const outcome = await refineTarget({
    ...CONTEXT,
    model: client(),
    verifier: { screen: judge, confirm: judge, modes: async () => undefined },
    ...oneTrajectory(3),
  });
  expect(seen).toEqual(['// first\n', '// second — with µ\n', '// second — with µ\n']);
  expect(outcome.turns.map(({ result }) => result.kind)).toEqual(['judged', 'judged', 'malformed']);
  expect(outcome.best?.turn).toBe(2);
});
