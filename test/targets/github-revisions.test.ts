import { afterAll, beforeAll, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { createOctokit } from '../../src/events/octokit.ts';
import { githubRevisions } from '../../src/targets/github-revisions.ts';
import { type LocalGitHub, startGitHub } from '../github/server.ts';

let github: LocalGitHub;
beforeAll(async () => {
  github = await startGitHub();
});
afterAll(() => github.close());

const octokit = () =>
  createOctokit({
    token: github.createToken({ kind: 'installation', permissions: { contents: 'read' } }),
    apiUrl: github.url,
    log: { debug: () => {}, warn: () => {} },
  });

/** Two commits, the second with `changes` to the first's files. */
async function revisions(name: string, files: Record<string, string>, changes: Record<string, string | null>) {
  const hosted = await github.createRepository({ owner: 'octo', name, files });
  const pull = await hosted.openPullRequest({ head: 'topic', title: 'Topic', files: changes });
  return githubRevisions(octokit(), { owner: 'octo', repo: name, before: pull.baseSha, after: pull.headSha });
}

it('finds what was added, modified and removed, at any depth, and what a folder became', async () => {
  const files = {
    'a.cu': '1',
    'same/deep/b.cu': '1',
    'x/y/z/c.cu': '1',
    'gone/d.cu': '1',
    thing: 'a file',
    'other/e.cu': '1',
  };
  const repository = await revisions('kernels', files, {
    'a.cu': '2',
    'x/y/z/c.cu': '2',
    'x/y/new.cu': '1',
    'gone/d.cu': null,
    thing: null,
    'thing/inside.cu': 'now a folder',
    'other/e.cu': null,
    other: 'now a file',
  });
  expect(await repository.changedFiles()).toEqual([
    { path: 'a.cu', status: 'modified' },
    { path: 'gone/d.cu', status: 'removed' },
    { path: 'other', status: 'added' },
    { path: 'other/e.cu', status: 'removed' },
    { path: 'thing', status: 'removed' },
    { path: 'thing/inside.cu', status: 'added' },
    { path: 'x/y/new.cu', status: 'added' },
    { path: 'x/y/z/c.cu', status: 'modified' },
  ]);
});

it('knows more changes than the comparison of commits lists, and looks into no folder that is the same', async () => {
  const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`kernels/${index}.cu`, '1']));
  const repository = await revisions(
    'many',
    { ...many, 'vendor/lib/x.h': '1' },
    Object.fromEntries(Object.keys(many).map((path) => [path, '2'])),
  );
  const before = github.routes.length;
  expect(await repository.changedFiles()).toHaveLength(400);
  // Two roots and two folders.
  expect(github.routes.length - before).toBe(4);
});

it('a commit that is not there is named', async () => {
  await revisions('small', { 'a.cu': '1' }, { 'a.cu': '2' });
  const nowhere = githubRevisions(octokit(), {
    owner: 'octo',
    repo: 'small',
    before: '0'.repeat(39).concat('1'),
    after: '0'.repeat(39).concat('2'),
  });
  await expect(nowhere.changedFiles()).rejects.toThrow(UserError);
  await expect(nowhere.changedFiles()).rejects.toThrow(/cannot compare 000000000000 with 000000000000 of octo\/small/i);
});
