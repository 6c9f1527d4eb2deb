import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isOwnCommit } from '../../src/core/own-commit.ts';
import { finishCheckRun, startCheckRun } from '../../src/deliver/check-run.ts';
import { commitToBranch } from '../../src/deliver/commit.ts';
import { markedMessage } from '../../src/deliver/commit-message.ts';
import { openStackedPull } from '../../src/deliver/stacked-pull.ts';
import { suggestChanges } from '../../src/deliver/suggest.ts';
import { isValidRefName, writeRef } from '../github/git/refs.ts';
import { type Fixture, file, NO_WAIT, openFixture, withLines } from './pull-request-fixture.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 40 }));

/** Every exchange here is checked against GitHub's description. */
let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture({ openapi: true });
});
afterEach(() => expect(fixture.github.violations).toEqual([]));
afterAll(() => fixture[Symbol.asyncDispose]());

describe('any words', () => {
  it('in a target, a title, a message and a run make a valid pull request and commit', async () => {
    const words = fc.record({ target: anyText, title: anyText, message: anyText, run: anyText, content: anyText });
    await fc.assert(
      fc.asyncProperty(words, async ({ content, ...texts }) => {
        const delivery = { ...fixture.delivery, ...texts, after: [file(`${content.toWellFormed()}//\n`)] };
        const outcome = await openStackedPull(fixture.client(), delivery, NO_WAIT);
        if ('reason' in outcome) return expect.unreachable(outcome.reason);
        expect(await fixture.repository.readFile('kernels/softmax.cu', outcome.branch)).toBe(
          delivery.after[0]?.content,
        );
        const { data } = await fixture
          .client()
          .repos.getCommit({ owner: 'octo-labs', repo: 'kernels', ref: outcome.branch });
        expect(isOwnCommit(data.commit.message)).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  it('in the name of a branch reach exactly that branch', async () => {
    const { repository, delivery } = fixture;
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), async (text) => {
        const ref = `b/${text}`;
        if (seen.has(ref) || !(await isValidRefName(repository.directory, `refs/heads/${ref}`))) return;
        seen.add(ref);
        await writeRef(repository.directory, `refs/heads/${ref}`, delivery.head.sha);
        const pull = await repository.openPullRequest({ head: ref, title: 'Any' });
        const at = { ...delivery, pullRequest: pull.number, head: { ...delivery.head, ref } };
        const outcome = await commitToBranch(fixture.client(), at, NO_WAIT);
        expect(outcome).toMatchObject({ kind: 'committed', sha: await fixture.tip(ref) });
      }),
      { numRuns: 12, examples: [['a#b%2F?c'], ['é+🙂'], ['a&b=c;d']] },
    );
    expect(seen.size).toBeGreaterThan(3);
    expect(await fixture.tip()).toBe(delivery.head.sha);
  });

  it('in a body make a valid review and check', async () => {
    const { delivery } = fixture;
    await fc.assert(
      fc.asyncProperty(anyText, fc.stringMatching(/^[a-z]{1,9}$/), async (body, line) => {
        const after = [file(withLines({ 10: `${line}\n`, 30: 'thirty\n' }))];
        const outcome = await suggestChanges(fixture.client(), { ...delivery, body, after }, NO_WAIT);
        expect(['suggested', 'unchanged']).toContain(outcome.kind);
        const place = { owner: 'octo-labs', repo: 'kernels', headSha: delivery.head.sha, name: 'K', externalId: line };
        const check = await startCheckRun(fixture.client(), place, NO_WAIT);
        if (check.kind !== 'started') return expect.unreachable(check.reason);
        const remark = {
          path: 'kernels/softmax.cu',
          firstLine: 1,
          lastLine: 1,
          level: 'notice',
          title: body,
          message: body,
        } as const;
        const end = { conclusion: 'neutral', title: 'T', summary: 'S', annotations: [remark] } as const;
        expect(await finishCheckRun(fixture.client(), check, end, NO_WAIT)).toMatchObject({ kind: 'finished' });
      }),
      { numRuns: 10 },
    );
  });
});

describe('the trailer', () => {
  it('marks any message, and only once', () => {
    fc.assert(
      fc.property(anyText, anyText, (message, run) => {
        const marked = markedMessage(message, run);
        expect(isOwnCommit(marked)).toBe(true);
        expect(marked).toMatch(/\nKernelwright-Run: [^\n]+\n$/);
        expect(marked).not.toContain('\0');
        expect(marked.isWellFormed()).toBe(true);
      }),
    );
  });

  it.each([
    ['Faster\n\nKernelwright-Run: 1', true],
    ['Faster\r\n\r\nSigned-off-by: A <a@b>\r\nKernelwright-Run: 1\r\n', true],
    ['Kernelwright-Run: is what this explains\n\nMore text.', false],
    ['Faster', false],
    ['', false],
  ])('of %j: %s', (message, own) => {
    expect(isOwnCommit(message)).toBe(own);
  });
});
