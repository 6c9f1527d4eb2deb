import type { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, refusalOf } from './client.ts';
import { canTestMerge } from './git/merge.ts';
import { type LocalGitHub, startGitHub } from './server.ts';

const merges = await canTestMerge();

let github: LocalGitHub;
let octokit: Octokit;

beforeAll(async () => {
  github = await startGitHub({ openapi: true });
  octokit = connect(github);
});
afterEach(() => expect(github.violations).toEqual([]));
afterAll(() => github.close());

const LINES = Array.from({ length: 20 }, (_, i) => `line ${i}\n`).join('');

/** A repository of its own for each test. */
async function repositoryNamed(name: string) {
  const files = { 'kernels/softmax.cu': 'a\nb\nc\n', 'old.cu': LINES, 'gone.txt': 'bye\n' };
  const repository = await github.createRepository({ owner: 'ada', name, files });
  return { repository, at: { owner: 'ada', repo: name } };
}

describe('a pull request', () => {
  it('shows what git knows of its branches', async () => {
    const { repository, at } = await repositoryNamed('get');
    const files = { 'kernels/softmax.cu': 'a\nB\nc\n' };
    const pull = await repository.openPullRequest({ head: 'fast', files, title: 'Faster', body: 'Really' });
    const { data } = await octokit.pulls.get({ ...at, pull_number: pull.number });
    expect(data).toMatchObject({
      number: 1,
      state: 'open',
      title: 'Faster',
      body: 'Really',
      head: { ref: 'fast', sha: pull.headSha, repo: { full_name: 'ada/get', fork: false } },
      base: { ref: 'main', sha: pull.baseSha, repo: { full_name: 'ada/get' } },
      commits: 1,
      additions: 1,
      deletions: 1,
      changed_files: 1,
      html_url: `${github.serverUrl}/ada/get/pull/1`,
    });
  });

  it('lists its files with status, counts and patch', async () => {
    const { repository, at } = await repositoryNamed('files');
    const files = {
      'kernels/softmax.cu': 'a\nB\nc\n',
      'new.cu': 'n',
      'gone.txt': null,
      'old.cu': null,
      'moved.cu': `${LINES}more\n`,
    };
    await repository.openPullRequest({ head: 'fast', files, title: 'Many' });
    const { data } = await octokit.pulls.listFiles({ ...at, pull_number: 1 });
    const shown = data.map((f) => [f.status, f.previous_filename, f.filename, f.additions, f.deletions, f.patch]);
    expect(shown).toEqual([
      ['removed', undefined, 'gone.txt', 0, 1, '@@ -1 +0,0 @@\n-bye'],
      ['modified', undefined, 'kernels/softmax.cu', 1, 1, '@@ -1,3 +1,3 @@\n a\n-b\n+B\n c'],
      ['renamed', 'old.cu', 'moved.cu', 1, 0, '@@ -18,3 +18,4 @@ line 16\n line 17\n line 18\n line 19\n+more'],
      ['added', undefined, 'new.cu', 1, 0, '@@ -0,0 +1 @@\n+n\n\\ No newline at end of file'],
    ]);
  });

  it('has no patch for binary files', async () => {
    const { repository, at } = await repositoryNamed('binary');
    await repository.openPullRequest({ head: 'b', files: { 'x.bin': Uint8Array.of(0, 1, 2, 0) }, title: 'Bytes' });
    const { data } = await octokit.pulls.listFiles({ ...at, pull_number: 1 });
    expect(data.map(({ filename, patch, additions }) => [filename, patch, additions])).toEqual([
      ['x.bin', undefined, 0],
    ]);
  });

  it('pages through its files with Link headers', async () => {
    const { repository, at } = await repositoryNamed('pages');
    const names = Array.from({ length: 35 }, (_, i) => `f${String(i).padStart(2, '0')}.cu`);
    const files = Object.fromEntries(names.map((name) => [name, `${name}\n`]));
    await repository.openPullRequest({ head: 'many', files, title: 'Many' });
    const first = await octokit.pulls.listFiles({ ...at, pull_number: 1 });
    expect(first.data).toHaveLength(30);
    expect(first.headers.link).toMatch(/page=2>; rel="next", <.*page=2>; rel="last"$/);
    const second = await octokit.pulls.listFiles({ ...at, pull_number: 1, page: 2 });
    expect(second.headers.link).toMatch(/page=1>; rel="prev", <.*page=1>; rel="first"$/);
    const all = await octokit.paginate(octokit.pulls.listFiles, { ...at, pull_number: 1, per_page: 10 });
    expect(all.map(({ filename }) => filename)).toEqual(names);
  });

  it('compares with where it left the base, not with the base of today', async () => {
    const { repository, at } = await repositoryNamed('left');
    await repository.openPullRequest({ head: 'mine', files: { 'mine.cu': '1\n' }, title: 'Mine' });
    await repository.commit({ branch: 'main', files: { 'theirs.cu': '2\n' } });
    const { data } = await octokit.pulls.listFiles({ ...at, pull_number: 1 });
    expect(data.map(({ filename }) => filename)).toEqual(['mine.cu']);
  });

  it('follows new commits, also when asked twice at once', async () => {
    const { repository, at } = await repositoryNamed('follow');
    const pull = await repository.openPullRequest({ head: 'f', files: { a: '1\n' }, title: 'T', fork: 'bob' });
    const [fork] = repository.forks;
    const sha = await fork?.commit({ branch: 'f', files: { b: '2\n' } });
    const [{ data }, files] = await Promise.all([
      octokit.pulls.get({ ...at, pull_number: pull.number }),
      octokit.pulls.listFiles({ ...at, pull_number: pull.number }),
    ]);
    expect(data).toMatchObject({
      commits: 2,
      head: { sha, label: 'bob:f', repo: { fork: true, full_name: 'bob/follow' } },
    });
    expect(files.data.map(({ filename }) => filename)).toEqual(['a', 'b']);
  });

  it.skipIf(!merges)('says whether it can be merged', async () => {
    const { repository, at } = await repositoryNamed('conflict');
    await repository.openPullRequest({ head: 'ok', files: { 'new.cu': 'x\n' }, title: 'T' });
    const clean = await octokit.pulls.get({ ...at, pull_number: 1 });
    expect(clean.data).toMatchObject({ mergeable: true, mergeable_state: 'clean' });
    expect(clean.data.merge_commit_sha).toMatch(/^[0-9a-f]{40}$/);
    await repository.openPullRequest({ head: 'c', files: { 'kernels/softmax.cu': 'x\n' }, title: 'T' });
    await repository.commit({ branch: 'main', files: { 'kernels/softmax.cu': 'y\n' } });
    const { data } = await octokit.pulls.get({ ...at, pull_number: 2 });
    expect(data).toMatchObject({ mergeable: false, mergeable_state: 'dirty', merge_commit_sha: null });
  });

  it('comes as a diff too', async () => {
    const { repository, at } = await repositoryNamed('diff');
    await repository.openPullRequest({ head: 'd', files: { 'n.cu': 'x\n' }, title: 'T' });
    const { data } = await octokit.pulls.get({ ...at, pull_number: 1, mediaType: { format: 'diff' } });
    expect(data).toContain('diff --git a/n.cu b/n.cu\nnew file mode 100644');
  });
});

describe('pull requests', () => {
  it('are created from a branch, listed, changed and closed', async () => {
    const { repository, at } = await repositoryNamed('create');
    await repository.commit({ branch: 'kw/fast', files: { 'n.cu': 'x\n' } });
    const made = await octokit.pulls.create({ ...at, title: 'Stacked', head: 'kw/fast', base: 'main', body: 'B' });
    expect(made.data).toMatchObject({ number: 1, user: { login: 'github-actions[bot]', type: 'Bot' } });
    expect((await octokit.pulls.list({ ...at, head: 'ada:kw/fast' })).data).toHaveLength(1);
    expect((await octokit.pulls.list({ ...at, head: 'ada:other' })).data).toEqual([]);
    await octokit.pulls.update({ ...at, pull_number: 1, title: 'Renamed', state: 'closed' });
    expect((await octokit.pulls.list(at)).data).toEqual([]);
    const closed = await octokit.pulls.list({ ...at, state: 'closed' });
    expect(closed.data.map(({ title, state }) => [title, state])).toEqual([['Renamed', 'closed']]);
  });

  it('are created from a branch of a fork', async () => {
    const { repository, at } = await repositoryNamed('from-fork');
    await (await repository.fork('bob')).commit({ branch: 'mine', files: { 'n.cu': 'x\n' } });
    const { data } = await octokit.pulls.create({ ...at, title: 'T', head: 'bob:mine', base: 'main', draft: true });
    expect(data).toMatchObject({ draft: true, head: { label: 'bob:mine', repo: { full_name: 'bob/from-fork' } } });
  });

  it('are refused for branches that are missing, unchanged or taken', async () => {
    const { repository, at } = await repositoryNamed('refuse');
    await repository.commit({ branch: 'same', files: {} });
    await repository.openPullRequest({ head: 'taken', files: { n: '1\n' }, title: 'T' });
    const create = (head: string, base: string) => refusalOf(octokit.pulls.create({ ...at, title: 'T', head, base }));
    expect(await create('nope', 'main')).toMatchObject({ status: 422, errors: [{ field: 'head', code: 'invalid' }] });
    expect(await create('taken', 'nope')).toMatchObject({ status: 422, errors: [{ field: 'base', code: 'invalid' }] });
    expect(await create('main', 'main')).toMatchObject({ errors: [{ message: 'No commits between main and main' }] });
    expect(await create('taken', 'main')).toMatchObject({
      errors: [{ code: 'custom', message: 'A pull request already exists for ada:taken.' }],
    });
    expect(await refusalOf(octokit.pulls.get({ ...at, pull_number: 9 }))).toMatchObject({ status: 404 });
  });
});
