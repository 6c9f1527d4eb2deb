import { access } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { connect, refusalOf } from './client.ts';
import { startGitHub } from './server.ts';

describe('the server', () => {
  it('keeps two repositories apart', async () => {
    await using github = await startGitHub({ openapi: true });
    const octokit = connect(github);
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) => github.createRepository({ owner: 'ada', name, files: { 'name.txt': `${name}\n` } })),
    );
    await Promise.all([
      one?.openPullRequest({ head: 'h', files: { 'only-one.cu': '1\n' }, title: 'In one' }),
      two?.openPullRequest({ head: 'h', files: { 'only-two.cu': '2\n' }, title: 'In two' }),
    ]);
    await octokit.issues.createComment({ owner: 'ada', repo: 'one', issue_number: 1, body: 'for one' });
    const files = await Promise.all(
      ['one', 'two'].map((repo) => octokit.pulls.listFiles({ owner: 'ada', repo, pull_number: 1 })),
    );
    expect(files.map(({ data }) => data.map(({ filename }) => filename))).toEqual([['only-one.cu'], ['only-two.cu']]);
    expect([one?.comments(1).length, two?.comments(1).length]).toEqual([1, 0]);
    expect(await two?.readFile('name.txt')).toBe('two\n');
    expect(github.violations).toEqual([]);
  });

  it('keeps two servers apart', async () => {
    await using first = await startGitHub();
    await using second = await startGitHub();
    await first.createRepository({ owner: 'ada', name: 'kernels', files: { a: '1\n' } });
    const at = { owner: 'ada', repo: 'kernels' };
    expect((await connect(first).repos.get(at)).data.url).toBe(`${first.url}/repos/ada/kernels`);
    expect(await refusalOf(connect(second).repos.get(at))).toMatchObject({ status: 404 });
    expect(new URL(second.url).hostname).toBe('127.0.0.1');
  });

  it('logs every request with its route, and knows the writes', async () => {
    await using github = await startGitHub();
    const repository = await github.createRepository({ owner: 'ada', name: 'kernels', files: { a: '1\n' } });
    await repository.openPullRequest({ head: 'h', files: { a: '2\n' }, title: 'T' });
    const octokit = connect(github);
    const at = { owner: 'ada', repo: 'kernels' };
    await octokit.repos.getContent({ ...at, path: 'a' });
    await octokit.issues.createComment({ ...at, issue_number: 1, body: 'hi' });
    await refusalOf(octokit.issues.createComment({ ...at, issue_number: 9, body: 'hi' }));
    await refusalOf(octokit.request('GET /nothing/here'));
    const login = 'github-actions[bot]';
    const contents = '/repos/{owner}/{repo}/contents/{path}';
    const comments = '/repos/{owner}/{repo}/issues/{issue_number}/comments';
    const path = '/repos/ada/kernels';
    expect(github.routes).toEqual([
      { method: 'GET', path: `${path}/contents/a`, template: contents, status: 200, write: false, login },
      { method: 'POST', path: `${path}/issues/1/comments`, template: comments, status: 201, write: true, login },
      { method: 'POST', path: `${path}/issues/9/comments`, template: comments, status: 404, write: true, login },
      { method: 'GET', path: '/nothing/here', template: null, status: 404, write: false, login },
    ]);
    expect(github.writes().map(({ status }) => status)).toEqual([201, 404]);
  });

  it('leaves nothing behind', async () => {
    const github = await startGitHub();
    await github.createRepository({ owner: 'ada', name: 'kernels', files: { a: '1\n' } });
    await github.close();
    await expect(access(github.state.root)).rejects.toThrow('ENOENT');
    await expect(fetch(github.url)).rejects.toThrow('fetch failed');
  });
});
