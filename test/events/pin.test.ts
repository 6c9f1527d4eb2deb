import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError, EnvironmentError } from '../../src/core/errors.ts';
import { createOctokit } from '../../src/events/octokit.ts';
import { headIsStill, pinHead } from '../../src/events/pin.ts';
import { droppedConnection, serverError } from '../github/known-faults.ts';
import type { PullRequest } from '../github/pull-request.ts';
import type { Repository } from '../github/repository.ts';
import { type LocalGitHub, startGitHub } from '../github/server.ts';

const KERNELS = { owner: 'octo', repo: 'kernels' };
let github: LocalGitHub;
let repository: Repository;
let branches = 0;

beforeAll(async () => {
  github = await startGitHub();
  repository = await github.createRepository({ owner: 'octo', name: 'kernels', files: { a: '1\n' } });
});
afterAll(() => github.close());
afterEach(() => {
  expect(github.faults.pending).toBe(0);
  expect(github.writes()).toEqual([]);
});

const octokit = () =>
  createOctokit({
    token: github.createToken({ kind: 'installation', permissions: { contents: 'read' } }),
    apiUrl: github.url,
    retries: 0,
    log: { debug: () => {}, warn: () => {} },
  });
const open = (options: { draft?: boolean; fork?: string } = {}) => {
  branches += 1;
  return repository.openPullRequest({
    head: `topic-${branches}`,
    files: { a: `${branches + 1}\n` },
    title: 'Topic',
    ...options,
  });
};
const at = ({ number }: PullRequest) => ({ ...KERNELS, pullRequest: number });

describe('pinHead', () => {
  it('takes the head and the base as they are now, in one request', async () => {
    const pull = await open({ draft: true });
    const before = github.routes.length;
    expect(await pinHead(octokit(), at(pull))).toEqual({
      kind: 'pinned',
      request: {
        kind: 'optimize',
        ...KERNELS,
        pullRequest: pull.number,
        base: { sha: pull.baseSha, ref: 'main' },
        head: { sha: pull.headSha, ref: pull.head.ref, repository: 'octo/kernels' },
      },
      isFork: false,
      draft: true,
      state: 'open',
    });
    expect(github.routes.length - before).toBe(1);
  });

  it.each([7, 12, 40])('takes the first %i digits of the head for it', async (digits) => {
    const pull = await open();
    const pinned = await pinHead(octokit(), at(pull), pull.headSha.slice(0, digits));
    expect(pinned).toMatchObject({ kind: 'pinned', request: { head: { sha: pull.headSha } } });
  });

  it('refuses when the head has moved', async () => {
    const pull = await open();
    const seen = pull.headSha;
    const now = await repository.commit({ branch: pull.head.ref, files: { b: 'new\n' } });
    expect(await pinHead(octokit(), at(pull), seen.slice(0, 12))).toEqual({
      kind: 'refused',
      reason: `the head of pull request #${pull.number} is now ${now}, not ${seen.slice(0, 12)}; read what came since, then write the command with that SHA`,
      sha: now,
    });
  });

  it('refuses a pull request that is closed, merged, or whose fork is gone', async () => {
    const closed = await open();
    closed.closedAt = github.state.now();
    expect(await pinHead(octokit(), at(closed))).toEqual({
      kind: 'refused',
      reason: `pull request #${closed.number} is closed`,
    });
    closed.mergedAt = closed.closedAt;
    expect(await pinHead(octokit(), at(closed))).toEqual({
      kind: 'refused',
      reason: `pull request #${closed.number} is merged`,
    });
    const gone = await open({ fork: 'guest' });
    const { data } = await octokit().rest.pulls.get({ ...KERNELS, pull_number: gone.number });
    github.faults.add({
      path: '/repos/*/*/pulls/*',
      status: 200,
      body: { ...data, head: { ...data.head, repo: null } },
    });
    expect(await pinHead(octokit(), at(gone), gone.headSha)).toEqual({
      kind: 'refused',
      reason: `the repository that pull request #${gone.number} comes from is gone`,
    });
  });

  it('takes a fork only with the whole SHA', async () => {
    const pull = await open({ fork: 'guest' });
    const { headSha, number } = pull;
    const line = `pull request #${number} comes from a fork: read its code at ${headSha} first, then write the command with that SHA`;
    expect(await pinHead(octokit(), at(pull))).toEqual({ kind: 'refused', reason: line, sha: headSha });
    expect(await pinHead(octokit(), at(pull), headSha.slice(0, 39))).toEqual({
      kind: 'refused',
      reason: `${line}, whole because another commit could begin alike`,
      sha: headSha,
    });
    expect(await pinHead(octokit(), at(pull), headSha)).toMatchObject({
      kind: 'pinned',
      isFork: true,
      request: { head: { sha: headSha, repository: 'guest/kernels' } },
    });
    const fork = repository.forks[0];
    const moved = await fork?.commit({ branch: pull.head.ref, files: { a: 'evil\n' } });
    expect(await pinHead(octokit(), at(pull), headSha)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining(`is now ${moved}`),
    });
  });

  it('says what failed', async () => {
    const place = { ...KERNELS, pullRequest: 999 };
    await expect(pinHead(octokit(), place)).rejects.toThrow(ConfigurationError);
    github.faults.add(serverError(502));
    await expect(pinHead(octokit(), place)).rejects.toThrow(
      /^Kernelwright cannot read pull request #999 of octo\/kernels: GitHub answered 502/,
    );
  });
});

describe('headIsStill', () => {
  it('knows whether the head moved, or the pull request was closed', async () => {
    const pull = await open();
    const sha = pull.headSha;
    expect(await headIsStill(octokit(), at(pull), sha)).toBe(true);
    await repository.commit({ branch: pull.head.ref, files: { b: 'new\n' } });
    expect(await headIsStill(octokit(), at(pull), sha)).toBe(false);
    expect(await headIsStill(octokit(), at(pull), pull.headSha)).toBe(true);
    pull.closedAt = github.state.now();
    expect(await headIsStill(octokit(), at(pull), pull.headSha)).toBe(false);
  });

  it('takes no failure for a yes', async () => {
    const pull = await open();
    github.faults.add(droppedConnection());
    await expect(headIsStill(octokit(), at(pull), pull.headSha)).rejects.toThrow(EnvironmentError);
  });
});
