import type { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, refusalOf } from './client.ts';
import type { Repository } from './repository.ts';
import { type LocalGitHub, startGitHub } from './server.ts';

const AT = { owner: 'ada', repo: 'kernels' };
let github: LocalGitHub;
let octokit: Octokit;
let repository: Repository;
let branchSha: string;

beforeAll(async () => {
  github = await startGitHub({ openapi: true });
  octokit = connect(github);
  const files = {
    'README.md': 'hello\n',
    'src/a b.cu': 'x\n',
    'src/deep/c.cu': 'c\n',
    'big.txt': 'b'.repeat(1024 * 1024 + 1),
  };
  repository = await github.createRepository({ ...AT, name: AT.repo, files });
  branchSha = await repository.commit({ branch: 'work/one', files: { 'README.md': 'bye\n', 'extra.cu': 'e\n' } });
});
afterEach(() => expect(github.violations).toEqual([]));
afterAll(() => github.close());

describe('contents', () => {
  it('gives a file as base64, at the default branch or any ref', async () => {
    const read = async (ref?: string) => {
      const { data } = await octokit.repos.getContent({
        ...AT,
        path: 'README.md',
        ...(ref === undefined ? {} : { ref }),
      });
      if (Array.isArray(data) || data.type !== 'file') throw new Error('not a file');
      return Buffer.from(data.content, 'base64').toString('utf8');
    };
    expect([await read(), await read('work/one'), await read(branchSha)]).toEqual(['hello\n', 'bye\n', 'bye\n']);
  });

  it('gives the raw bytes to who asks for them', async () => {
    const { data, headers } = await octokit.repos.getContent({
      ...AT,
      path: 'src/a b.cu',
      mediaType: { format: 'raw' },
    });
    expect(data).toBe('x\n');
    expect(headers['content-type']).toContain('application/vnd.github.raw');
  });

  it('lists directories, the root too', async () => {
    const list = async (path: string) => {
      const { data } = await octokit.repos.getContent({ ...AT, path });
      return Array.isArray(data) ? data.map((entry) => `${entry.type} ${entry.path}`) : [];
    };
    expect(await list('')).toEqual(['file README.md', 'file big.txt', 'dir src']);
    expect(await list('src')).toEqual(['file src/a b.cu', 'dir src/deep']);
  });

  it('leaves out the content of files over 1 MiB', async () => {
    const { data } = await octokit.repos.getContent({ ...AT, path: 'big.txt' });
    expect(data).toMatchObject({ encoding: 'none', content: '', size: 1024 * 1024 + 1 });
  });

  it('answers 404 for a path and for a ref that are not there', async () => {
    const missing = await refusalOf(octokit.repos.getContent({ ...AT, path: 'nope.cu' }));
    expect(missing).toMatchObject({ status: 404, message: 'Not Found' });
    const noRef = await refusalOf(octokit.repos.getContent({ ...AT, path: 'README.md', ref: 'nope' }));
    expect(noRef).toMatchObject({ status: 404, message: 'No commit found for the ref nope' });
  });
});

describe('compare', () => {
  const compare = (basehead: string) => octokit.repos.compareCommitsWithBasehead({ ...AT, basehead });

  it('tells ahead, behind, diverged and identical apart', async () => {
    const base = repository.defaultBranch;
    await repository.commit({ branch: 'other', files: { 'o.cu': 'o\n' } });
    const statuses = await Promise.all(
      [`${base}...work/one`, `work/one...${base}`, 'other...work/one', `${base}...${base}`].map(async (basehead) => {
        const { data } = await compare(basehead);
        return [data.status, data.ahead_by, data.behind_by, data.files?.length];
      }),
    );
    expect(statuses).toEqual([
      ['ahead', 1, 0, 2],
      ['behind', 0, 1, 0],
      ['diverged', 1, 1, 2],
      ['identical', 0, 0, 0],
    ]);
  });

  it('reaches the branches of a fork', async () => {
    const fork = await repository.fork('bob');
    const sha = await fork.commit({ branch: 'mine', files: { 'm.cu': 'm\n' } });
    const { data } = await compare('main...bob:mine');
    expect(data.commits.map((commit) => commit.sha)).toEqual([sha]);
    expect(data.files?.map(({ filename, status }) => [filename, status])).toEqual([['m.cu', 'added']]);
  });

  it('answers 404 for what is not there', async () => {
    expect(await refusalOf(compare('main...nope'))).toMatchObject({ status: 404 });
    expect(await refusalOf(compare('main...carol:main'))).toMatchObject({ status: 404 });
  });
});

describe('commits', () => {
  it('come with their files and counts', async () => {
    const { data } = await octokit.repos.getCommit({ ...AT, ref: 'work/one' });
    expect(data).toMatchObject({
      sha: branchSha,
      author: { login: 'ada' },
      stats: { additions: 2, deletions: 1, total: 3 },
    });
    expect(data.files?.map(({ filename }) => filename)).toEqual(['README.md', 'extra.cu']);
  });

  it('answer 422 for a SHA that nobody knows', async () => {
    const refused = await refusalOf(octokit.repos.getCommit({ ...AT, ref: 'f'.repeat(40) }));
    expect(refused).toMatchObject({ status: 422, message: `No commit found for SHA: ${'f'.repeat(40)}` });
  });
});
