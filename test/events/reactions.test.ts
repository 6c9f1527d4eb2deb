import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOctokit } from '../../src/events/octokit.ts';
import { react } from '../../src/events/reactions.ts';
import type { IssueComment } from '../github/conversation.ts';
import { droppedConnection, secondaryRateLimit } from '../github/known-faults.ts';
import type { Permissions } from '../github/permissions.ts';
import { type LocalGitHub, startGitHub } from '../github/server.ts';

const KERNELS = { owner: 'octo', repo: 'kernels' };
let github: LocalGitHub;
let comment: IssueComment;

beforeAll(async () => {
  github = await startGitHub({ openapi: true });
  const repository = await github.createRepository({ owner: 'octo', name: 'kernels', files: { a: '1\n' } });
  const pull = await repository.openPullRequest({ head: 'fast', files: { a: '2\n' }, title: 'Faster' });
  comment = repository.addComment(pull.number, 'grace', '/optimize');
});
afterAll(async () => {
  expect(github.violations).toEqual([]);
  await github.close();
});

const octokit = (permissions: Permissions = { pull_requests: 'write' }, apiUrl = github.url) =>
  createOctokit({
    token: github.createToken({ kind: 'installation', permissions }),
    apiUrl,
    retries: 1,
    log: { debug: () => {}, warn: () => {} },
  });

it('reacts, and twice is once', async () => {
  for (const content of ['eyes', 'rocket', 'eyes', 'confused'] as const) {
    expect(await react(octokit(), KERNELS, comment.id, content)).toBeUndefined();
  }
  expect(comment.reactions.map(({ content, user }) => [content, user.login])).toEqual([
    ['eyes', 'github-actions[bot]'],
    ['rocket', 'github-actions[bot]'],
    ['confused', 'github-actions[bot]'],
  ]);
});

it('says why it failed, and throws nothing', async () => {
  const here = `Kernelwright cannot react to comment ${comment.id} of octo/kernels: `;
  expect(await react(octokit({ contents: 'read' }), KERNELS, comment.id, 'eyes')).toMatch(
    new RegExp(`^${here}the token lacks a permission; add "pull-requests: write"`),
  );
  expect(await react(octokit(), KERNELS, 999_999, 'eyes')).toMatch(/GitHub has no such thing/);
  github.faults.add(secondaryRateLimit(3600));
  expect(await react(octokit(), KERNELS, comment.id, 'eyes')).toMatch(/rate limit is used up/);
  expect(await react(octokit({}, 'http://127.0.0.1:1/api/v3'), KERNELS, comment.id, 'eyes')).toMatch(
    /cannot be reached/,
  );
  expect(github.faults.pending).toBe(0);
});

it('tries once more after a cut connection', async () => {
  github.faults.add({ ...droppedConnection('after'), method: 'POST' });
  expect(await react(octokit(), KERNELS, comment.id, 'rocket')).toBeUndefined();
  expect(github.faults.pending).toBe(0);
});
