import { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError, EnvironmentError, PermissionError } from '../../src/core/errors.ts';
import { upsertComment } from '../../src/deliver/upsert-comment.ts';
import { createOctokit } from '../../src/events/octokit.ts';
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

const tokenOf = ({ kind = 'installation', login, permissions = { pull_requests: 'write' } }: Caller = {}): string =>
  github.createToken({ kind, permissions, ...(login ? { login } : {}) });

/** Neither tries again nor waits, to keep the tests short. */
function client(caller?: Caller): Octokit {
  const auth = tokenOf(caller);
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

  it('can be made from what it is, which is read once', async () => {
    const added = { ...request(''), body: (known: string | undefined) => `${known ?? COMMENT_MARKER}\nmore` };
    expect((await upsertComment(client(), added)).action).toBe('created');
    expect((await upsertComment(client(), added)).action).toBe('updated');
    expect(bodies()).toEqual([[BOT, '! more\nmore']]);
    expect(github.routes.filter(({ method, path }) => method === 'GET' && path.startsWith(COMMENTS))).toHaveLength(2);
  });

  it('knows its own whoever the token writes as', async () => {
    add(BOT, `${COMMENT_MARKER}\nof another workflow`);
    for (const login of ['our-kernels[bot]', 'grace']) {
      const kind = login === 'grace' ? 'personal' : 'installation';
      add(login, `${COMMENT_MARKER}\nold`);
      await upsertComment(client({ kind, login }), request(`by ${login}`));
    }
    expect(bodies()).toEqual([
      [BOT, '! of another workflow'],
      ['our-kernels[bot]', '! by our-kernels[bot]'],
      ['grace', '! by grace'],
    ]);
  });

  it('takes itself for a workflow where GraphQL does not say who it is', async () => {
    add(BOT, `${COMMENT_MARKER}\nold`);
    for (const status of [403, 404]) {
      github.faults.add({ path: '/api/graphql', status, body: { message: 'Resource not accessible by integration' } });
      expect((await upsertComment(client(), request(`${status}`))).action).toBe('updated');
    }
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
    const delivery = upsertComment(octokit, request('one', pullRequest), async () => {});
    return delivery.then(
      () => expect.unreachable('it must fail'),
      (error: Error) => error,
    );
  };

  it('names the missing permission and what to write', async () => {
    const error = await failure(client({ permissions: { issues: 'read' } }));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error.message).toMatch(
      /^Kernelwright cannot create the comment on octo-labs\/kernels#1: the token lacks a permission; add "pull-requests: write".* from a fork: .*\.$/,
    );
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
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain('cannot read the comments of octo-labs/kernels#99: GitHub has no such thing');
  });

  it('says so when GitHub refuses the content', async () => {
    const error = await upsertComment(client(), request('x'.repeat(70_000))).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect((error as Error).message).toContain('422');
  });

  it('says so when the token is not valid', async () => {
    const error = await failure(new Octokit({ auth: 'ghs_none', baseUrl: github.url, log: client().log }));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error.message).toContain('does not accept the token');
  });

  it.each([
    ['a broken connection', droppedConnection(), 'cannot be reached'],
    ['a server error', serverError(502), 'GitHub answered 502'],
  ])('says so after %s', async (_, fault, words) => {
    github.faults.add({ ...fault, path: COMMENTS, times: 5 });
    const error = await failure(client());
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain(words);
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe('a creation that is not confirmed', () => {
  /** The action's own, which would repeat a creation by itself; it leaves 3 seconds between two of them. */
  const actionClient = (): Octokit =>
    createOctokit({ token: tokenOf(), apiUrl: github.url, log: { debug: () => {}, warn: () => {} } });
  const deliver = (octokit: Octokit, sleep: (milliseconds: number) => Promise<void> = async () => {}) =>
    upsertComment(octokit, request('one'), sleep);
  const posts = (): number => github.writes().filter(({ method }) => method === 'POST').length;
  const CREATED = { action: 'created', url: expect.stringContaining('#issuecomment-') };

  it('is found again when it took effect, and not repeated', async () => {
    github.faults.add({ ...droppedConnection('after'), method: 'POST' });
    expect(await deliver(actionClient())).toEqual(CREATED);
    expect(bodies()).toEqual([[BOT, '! one']]);
    expect(posts()).toBe(1);
  });

  it.each([
    ['a connection that was cut before', [droppedConnection('before')]],
    ['a server error', [serverError(502)]],
    ['a server error, though the second answer is lost', [serverError(502), droppedConnection('after')]],
  ])('is tried once more after %s', async (_, faults) => {
    for (const fault of faults) github.faults.add({ ...fault, method: 'POST' });
    expect(await deliver(client())).toEqual(CREATED);
    expect(bodies()).toEqual([[BOT, '! one']]);
    expect(posts()).toBe(2);
    expect(github.faults.pending).toBe(0);
  });

  it('is given up after the second time, though other requests are tried four times', async () => {
    github.faults.add({ ...serverError(502), method: 'POST', times: Number.POSITIVE_INFINITY });
    const waits: number[] = [];
    const delivery = deliver(actionClient(), async (milliseconds) => void waits.push(milliseconds));
    await expect(delivery).rejects.toThrow(EnvironmentError);
    await expect(delivery).rejects.toThrow(
      /^Kernelwright cannot create the comment on .*: GitHub answered 502 each time/,
    );
    expect(bodies()).toEqual([]);
    expect(posts()).toBe(2);
    expect(waits).toEqual([1000, 3000, 1000, 3000]);
  });

  it('is found though the list lags behind', async () => {
    github.faults.add({ ...droppedConnection('after'), method: 'POST' });
    // The look before the creation, and the first after it.
    github.faults.add({ method: 'GET', path: COMMENTS, status: 200, body: [], times: 2 });
    expect(await deliver(client())).toEqual(CREATED);
    expect(bodies()).toEqual([[BOT, '! one']]);
    expect(posts()).toBe(1);
  });

  it('updates what another run has written in the meantime', async () => {
    github.faults.add({ ...serverError(502), method: 'POST' });
    const sleep = async () => void add(BOT, `${COMMENT_MARKER}\nfrom another run`);
    expect(await deliver(client(), sleep)).toEqual({ ...CREATED, action: 'updated' });
    expect(bodies()).toEqual([[BOT, '! one']]);
  });

  it('is none when GitHub asks to wait: the client does', async () => {
    github.faults.add({ ...secondaryRateLimit(1), method: 'POST' });
    expect(await deliver(actionClient(), () => expect.unreachable('it was told when to come back'))).toEqual(CREATED);
    expect(bodies()).toEqual([[BOT, '! one']]);
    expect(posts()).toBe(2);
  });
});
