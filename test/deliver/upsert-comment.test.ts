import { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError, PermissionError } from '../../src/core/errors.ts';
import { upsertComment } from '../../src/deliver/upsert-comment.ts';
import { COMMENT_MARKER } from '../../src/report/comment.ts';
import { droppedConnection, secondaryRateLimit, serverError } from '../github/known-faults.ts';
import type { Permissions } from '../github/permissions.ts';
import type { Repository } from '../github/repository.ts';
import { type LocalGitHub, startGitHub } from '../github/server.ts';

const BOT = 'github-actions[bot]';
const COMMENTS = '/repos/octo-labs/kernels/issues/1/comments';

let github: LocalGitHub;
let repository: Repository;
beforeEach(async () => {
  github = await startGitHub();
  repository = await github.createRepository({
    owner: 'octo-labs',
    name: 'kernels',
    files: { 'README.md': 'kernels\n' },
  });
  await repository.openPullRequest({
    head: 'faster',
    files: { 'a.cu': '// a\n' },
    title: 'Faster',
    author: 'contributor',
  });
});
afterEach(() => github.close());

interface Caller {
  readonly kind?: 'installation' | 'personal';
  readonly login?: string;
  readonly permissions?: Permissions;
}

function client({ kind = 'installation', login, permissions = { pull_requests: 'write' } }: Caller = {}): Octokit {
  const auth = github.createToken({ kind, permissions, ...(login ? { login } : {}) });
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  return new Octokit({ auth, baseUrl: github.url, log: silent });
}

const request = (text: string, pullRequest = 1) => ({
  owner: 'octo-labs',
  repo: 'kernels',
  pullRequest,
  body: `${COMMENT_MARKER}\n${text}`,
});

const add = (login: string, body: string) => repository.addComment(1, login, body);
const bodies = (): readonly (readonly [string, string])[] =>
  repository.comments(1).map(({ user, body }) => [user.login, body.replace(`${COMMENT_MARKER}\n`, '! ')]);
const writes = (): readonly string[] => github.writes().map(({ method, status }) => `${method} ${status}`);

describe('upsertComment', () => {
  it('creates the comment when there is none', async () => {
    add('contributor', 'Please review.');
    const delivery = await upsertComment(client(), request('one'));
    expect(delivery).toEqual({
      action: 'created',
      url: expect.stringContaining('/octo-labs/kernels/pull/1#issuecomment-'),
    });
    expect(bodies()).toEqual([
      ['contributor', 'Please review.'],
      [BOT, '! one'],
    ]);
  });

  it('updates it in place, and leaves it alone when nothing changed', async () => {
    const octokit = client();
    const created = await upsertComment(octokit, request('one'));
    const updated = await upsertComment(octokit, request('two'));
    const unchanged = await upsertComment(octokit, request('two\n'));
    expect(updated).toEqual({ action: 'updated', url: created.url });
    expect(unchanged).toEqual({ action: 'unchanged', url: created.url });
    expect(bodies()).toEqual([[BOT, '! two']]);
    expect(writes()).toEqual(['POST 201', 'PATCH 200']);
  });

  it('knows itself by name with a personal token', async () => {
    const octokit = client({ kind: 'personal', login: 'robot' });
    add(BOT, `${COMMENT_MARKER}\nby the workflow`);
    expect((await upsertComment(octokit, request('one'))).action).toBe('created');
    expect((await upsertComment(octokit, request('two'))).action).toBe('updated');
    expect(bodies()).toEqual([
      [BOT, '! by the workflow'],
      ['robot', '! two'],
    ]);
  });

  it('never touches somebody else’s comment, marker or not', async () => {
    add('contributor', `${COMMENT_MARKER}\nspoofed`);
    expect((await upsertComment(client(), request('one'))).action).toBe('created');
    expect(bodies()).toEqual([
      ['contributor', '! spoofed'],
      [BOT, '! one'],
    ]);
  });

  it('leaves other comments of the same bot alone, even those that quote it', async () => {
    add(BOT, 'Coverage: 93 %');
    add(BOT, `> ${COMMENT_MARKER}\n> quoted`);
    expect((await upsertComment(client(), request('one'))).action).toBe('created');
    expect(bodies()).toHaveLength(3);
  });

  it('updates the oldest when there are several, and leaves the others', async () => {
    add(BOT, `${COMMENT_MARKER}\nfirst`);
    add(BOT, `${COMMENT_MARKER}\nsecond`);
    expect((await upsertComment(client(), request('new'))).action).toBe('updated');
    expect(bodies()).toEqual([
      [BOT, '! new'],
      [BOT, '! second'],
    ]);
  });

  it('finds it behind hundreds of others', async () => {
    for (let number = 0; number < 230; number++) add('contributor', `chatter ${number}`);
    add(BOT, `${COMMENT_MARKER}\nold`);
    expect((await upsertComment(client(), request('new'))).action).toBe('updated');
    expect(repository.comments(1)).toHaveLength(231);
  });

  it('asks who it is only when there is a comment to tell apart, and writes nothing for it', async () => {
    await upsertComment(client(), request('one'));
    expect(github.routes.map(({ path }) => path)).not.toContain('/user');
    await upsertComment(client(), request('one'));
    expect(github.routes.filter(({ path }) => path === '/user')).toHaveLength(1);
    expect(writes()).toEqual(['POST 201']);
  });
});

describe('a failure of upsertComment', () => {
  const failure = async (octokit: Octokit, pullRequest = 1): Promise<Error> => {
    const delivery = upsertComment(octokit, request('one', pullRequest));
    return delivery.then(
      () => expect.unreachable('it must fail'),
      (error: Error) => error,
    );
  };

  it('names the missing permission and what to write', async () => {
    const error = await failure(client({ permissions: { issues: 'read' } }));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error.message).toContain(
      'Could not create the comment on octo-labs/kernels#1: the token lacks the permission',
    );
    expect(error.message).toContain('write `permissions: pull-requests: write` into the job');
    expect(bodies()).toEqual([]);
  });

  it('says when the conversation is locked', async () => {
    github.faults.add({
      method: 'POST',
      status: 403,
      body: { message: 'Unable to create comment because issue is locked.' },
    });
    const error = await failure(client());
    expect(error).toBeInstanceOf(PermissionError);
    expect(error.message).toContain('unlock it');
  });

  it('does not take a rate limit for a missing permission, nor for a sign of who it is', async () => {
    github.faults.add({ ...secondaryRateLimit(), method: 'POST' });
    const error = await failure(client());
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain('rate limit');

    add(BOT, `${COMMENT_MARKER}\nold`);
    github.faults.add({ ...secondaryRateLimit(), path: '/user' });
    expect(await failure(client({ kind: 'personal', login: 'robot' }))).toBeInstanceOf(EnvironmentError);
    expect(bodies()).toEqual([[BOT, '! old']]);
  });

  it('says so when the pull request is not there', async () => {
    const error = await failure(client(), 99);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain('octo-labs/kernels#99: the pull request is not there');
  });

  it('says so when GitHub refuses the content', async () => {
    const error = await upsertComment(client(), request('x'.repeat(70_000))).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect((error as Error).message).toContain('422');
  });

  it('says so when the token is not valid', async () => {
    const error = await failure(new Octokit({ auth: 'ghs_none', baseUrl: github.url, log: client().log }));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error.message).toContain('not valid');
  });

  it.each([
    ['a broken connection', droppedConnection(), 'could not be reached'],
    ['a server error', serverError(502), 'run the job again later'],
  ])('says so after %s', async (_, fault, words) => {
    github.faults.add({ ...fault, path: COMMENTS, times: 5 });
    const error = await failure(client());
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain(words);
    expect(error.cause).toBeInstanceOf(Error);
  });
});
