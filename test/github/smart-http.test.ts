import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, WRITE_ALL } from './client.ts';
import { GIT_ENVIRONMENT } from './git/environment.ts';
import { canTestMerge } from './git/merge.ts';
import { type LocalGitHub, startGitHub } from './server.ts';

const merges = await canTestMerge();

let github: LocalGitHub;
let folder: string;

beforeAll(async () => {
  github = await startGitHub();
  folder = await mkdtemp(join(tmpdir(), 'local-github-clones-'));
});
afterAll(async () => {
  await github.close();
  await rm(folder, { recursive: true, force: true });
});

const writer = () => github.createToken({ kind: 'installation', permissions: WRITE_ALL });
const reader = () => github.createToken({ kind: 'installation', permissions: { contents: 'read' } });

/** The real git, which must not ask anybody for a password. */
async function git(cwd: string, ...args: string[]): Promise<string> {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'credential.helper='];
  const env = { ...GIT_ENVIRONMENT, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true' };
  const { stdout } = await execa('git', [...identity, ...args], { cwd, env, extendEnv: false });
  return stdout;
}

function withToken(url: string, token: string): string {
  return url.replace('http://', `http://x-access-token:${token}@`);
}

async function cloneOf(name: string, token: string, isPrivate = false) {
  const repository = await github.createRepository({
    owner: 'ada',
    name,
    private: isPrivate,
    files: { 'a.cu': 'a\n' },
  });
  const pull = await repository.openPullRequest({ head: 'fast', files: { 'a.cu': 'A\n' }, title: 'Faster' });
  await git(folder, 'clone', '--quiet', '--branch', 'fast', withToken(repository.cloneUrl, token), name);
  return { repository, pull, clone: join(folder, name) };
}

async function commit(clone: string, path: string, content: string): Promise<string> {
  await writeFile(join(clone, path), content);
  await git(clone, 'add', path);
  await git(clone, 'commit', '--quiet', '--message', `Change ${path}`);
  return git(clone, 'rev-parse', 'HEAD');
}

describe('git over HTTP', () => {
  it('clones, pushes, and the pull request follows', async () => {
    const { repository, pull, clone } = await cloneOf('push', writer());
    expect(await readFile(join(clone, 'a.cu'), 'utf8')).toBe('A\n');
    const sha = await commit(clone, 'b.cu', 'b\n');
    await git(clone, 'push', '--quiet');
    expect(await repository.readFile('b.cu', 'fast')).toBe('b\n');
    const { data } = await connect(github).pulls.get({ owner: 'ada', repo: 'push', pull_number: pull.number });
    expect([data.head.sha, data.commits, data.changed_files]).toEqual([sha, 2, 2]);
  });

  it('serves the pull request refs that workflows check out', async () => {
    const { pull, clone } = await cloneOf('refs', reader());
    await git(clone, 'fetch', '--quiet', 'origin', '+refs/pull/*:refs/remotes/pull/*');
    expect(await git(clone, 'rev-parse', 'refs/remotes/pull/1/head')).toBe(pull.headSha);
    if (!merges) return;
    expect(await git(clone, 'log', '-1', '--format=%P', 'refs/remotes/pull/1/merge')).toBe(
      `${pull.baseSha} ${pull.headSha}`,
    );
  });

  it('fetches one commit by its SHA, as a shallow checkout does', async () => {
    const { pull, clone } = await cloneOf('shallow', reader());
    await git(clone, 'fetch', '--quiet', '--depth=1', 'origin', pull.headSha);
    expect(await git(clone, 'rev-parse', 'FETCH_HEAD')).toBe(pull.headSha);
  });

  it('takes the header that a workflow configures', async () => {
    const { repository } = await cloneOf('header', reader(), true);
    const basic = Buffer.from(`x-access-token:${reader()}`).toString('base64');
    const header = `http.extraheader=AUTHORIZATION: basic ${basic}`;
    expect(await git(folder, '-c', header, 'ls-remote', repository.cloneUrl, 'refs/heads/main')).toMatch(
      /refs\/heads\/main$/,
    );
  });

  it('refuses a push without the permission', async () => {
    const { repository, clone } = await cloneOf('readonly', reader());
    await commit(clone, 'b.cu', 'b\n');
    await expect(git(clone, 'push', '--quiet')).rejects.toThrow(/denied to github-actions\[bot\]|403/);
    expect(await repository.readFile('b.cu', 'fast')).toBeUndefined();
  });

  it('refuses a bad token, hides what is private, and gives what is public to all', async () => {
    const { repository } = await cloneOf('private', writer(), true);
    await expect(git(folder, 'ls-remote', repository.cloneUrl)).rejects.toThrow(/[Aa]uthentication|Username|terminal/);
    const elsewhere = github.createToken({ kind: 'installation', repositories: [], permissions: WRITE_ALL });
    await expect(git(folder, 'ls-remote', withToken(repository.cloneUrl, elsewhere))).rejects.toThrow(/not found/);
    const open = await github.createRepository({ owner: 'ada', name: 'public', files: { a: '1\n' } });
    expect(await git(folder, 'ls-remote', open.cloneUrl)).toContain('refs/heads/main');
    // A token in the address would be sent only when asked for; the header is sent at once.
    const header = `http.extraheader=AUTHORIZATION: basic ${Buffer.from('x-access-token:wrong').toString('base64')}`;
    await expect(git(folder, '-c', header, 'ls-remote', open.cloneUrl)).rejects.toThrow(/[Aa]uthentication|Username/);
  });

  it('is in the log, and only the push is a write', async () => {
    const { clone } = await cloneOf('log', writer());
    const before = github.writes().length;
    await git(clone, 'fetch', '--quiet');
    expect(github.writes()).toHaveLength(before);
    await commit(clone, 'b.cu', 'b\n');
    await git(clone, 'push', '--quiet');
    expect(github.writes().slice(before)).toMatchObject([
      {
        method: 'POST',
        path: '/ada/log.git/git-receive-pack',
        template: '/{owner}/{repo}.git/{service}',
        status: 200,
        login: 'github-actions[bot]',
      },
    ]);
  });

  it('fails as told', async () => {
    const { clone } = await cloneOf('fault', writer());
    await commit(clone, 'b.cu', 'b\n');
    github.faults.add({ method: 'POST', path: '/ada/fault.git/git-receive-pack', status: 500, body: 'oops' });
    await expect(git(clone, 'push', '--quiet')).rejects.toThrow(/500|hung up/);
    await git(clone, 'push', '--quiet');
  });
});
