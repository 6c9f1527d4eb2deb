import type { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, refusalOf } from './client.ts';
import { type LocalGitHub, startGitHub } from './server.ts';

const AT = { owner: 'ada', repo: 'kernels', pull_number: 1 };
const lines = (changes: Readonly<Record<number, string>> = {}) =>
  Array.from({ length: 40 }, (_, index) => changes[index + 1] ?? `${index + 1}\n`).join('');
let github: LocalGitHub;
let octokit: Octokit;

beforeAll(async () => {
  github = await startGitHub({ openapi: true });
  octokit = connect(github);
  const repository = await github.createRepository({ owner: 'ada', name: 'kernels', files: { a: lines(), b: 'b\n' } });
  const files = { a: lines({ 10: 'ten\n', 30: 'thirty\n' }) };
  await repository.openPullRequest({ head: 'one', files, title: 'One' });
});
afterEach(() => expect(github.violations).toEqual([]));
afterAll(() => github.close());

const review = (comment: { path?: string; line: number; start_line?: number }) =>
  octokit.pulls.createReview({
    ...AT,
    event: 'COMMENT',
    body: 'Look.',
    comments: [{ path: 'a', body: 'Faster', side: 'RIGHT', ...comment }],
  });

describe('reviews', () => {
  it('are listed once they were made', async () => {
    const { data } = await review({ start_line: 9, line: 13 });
    expect(data).toMatchObject({ state: 'COMMENTED', body: 'Look.', user: { login: 'github-actions[bot]' } });
    expect((await octokit.pulls.listReviews(AT)).data).toEqual([data]);
  });

  it.each([
    ['a line outside of the diff', { line: 20 }, 'Line could not be resolved'],
    ['a file outside of the diff', { path: 'b', line: 1 }, 'Line could not be resolved'],
    ['lines in two hunks', { start_line: 10, line: 30 }, 'must be part of the same hunk'],
    ['an end before its start', { start_line: 11, line: 10 }, 'must precede'],
  ])('take no comment on %s', async (_, comment, words) => {
    const refused = await refusalOf(review(comment));
    expect(refused).toMatchObject({ status: 422, message: 'Unprocessable Entity' });
    expect(refused.errors).toEqual([expect.stringContaining(words)]);
  });

  it('need a body', async () => {
    const empty = octokit.pulls.createReview({ ...AT, event: 'COMMENT' });
    expect(await refusalOf(empty)).toMatchObject({ status: 422 });
  });
});
