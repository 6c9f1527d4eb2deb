import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAnthropicModel } from '../../src/models/anthropic.ts';
import { conversationFor } from '../../src/refine/conversation.ts';
import { parseProposal } from '../../src/refine/proposal.ts';
import { BASELINE, EMULATED, evidenceOf, judgedTurn, TARGET } from '../refine/samples.ts';
import { startModel } from './model.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/kernels');
const ANSWERS = join(EXAMPLE, 'answers');

/** What the demo plays: each answer must come over the wire as it is on disk and be a proposal for its kernel. */
describe.each(readdirSync(ANSWERS))('the recorded answers for %s', (name) => {
  const path = `kernels/${name}.cu`;
  const kernel = [{ path, content: readFileSync(join(EXAMPLE, path), 'utf8') }];
  const files = readdirSync(join(ANSWERS, name)).sort();

  it('are numbered from 1 without a gap', () => {
    expect(files).toEqual(files.map((_, index) => `${index + 1}.md`));
  });

  it.each(files)('%s is a proposal with a summary', (file) => {
    const proposal = parseProposal(readFileSync(join(ANSWERS, name, file), 'utf8'), { writable: kernel, readOnly: [] });
    expect(proposal).toMatchObject({ kind: 'proposal', summary: expect.stringMatching(/\w/), files: [{ path }] });
  });

  it('come back in order', async () => {
    const server = await startModel({ answers: ANSWERS });
    try {
      const model = createAnthropicModel({
        baseUrl: server.url,
        model: 'claude-opus-4-5',
        maxTokens: 9,
        log: () => {},
      });
      const turns = files.map((_, index) => judgedTurn(index + 1, evidenceOf('crashed')));
      for (const [index, file] of files.entries()) {
        const context = { target: { ...TARGET, name }, baseline: BASELINE, device: EMULATED };
        const { text } = await model.complete(conversationFor(context, turns.slice(0, index)));
        expect(text).toBe(readFileSync(join(ANSWERS, name, file), 'utf8'));
      }
    } finally {
      await server.close();
    }
  });
});
