import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError, EnvironmentError, PermissionError, type UserError } from '../../src/core/errors.ts';
import { createOctokit } from '../../src/events/octokit.ts';
import { authorize, permissionOf } from '../../src/events/permission.ts';
import type { Fault } from '../github/faults.ts';
import {
  droppedConnection,
  primaryRateLimit,
  secondaryRateLimit,
  serverError,
  slowAnswer,
} from '../github/known-faults.ts';
import type { Role } from '../github/permissions.ts';
import type { Repository } from '../github/repository.ts';
import { type LocalGitHub, startGitHub } from '../github/server.ts';

const KERNELS = { owner: 'octo', repo: 'kernels' };
const ROUTE = '/repos/octo/kernels/collaborators/*/permission';
let github: LocalGitHub;
let repository: Repository;

beforeAll(async () => {
  github = await startGitHub({ openapi: true });
  repository = await github.createRepository({ owner: 'octo', name: 'kernels', files: { a: '1\n' } });
});
afterAll(() => github.close());
afterEach(() => {
  expect(github.faults.pending).toBe(0);
  expect(github.violations).toEqual([]);
  // Whoever asks may do nothing yet.
  expect(github.writes()).toEqual([]);
  github.faults.clear();
});

/** The client of a workflow whose token has no more than it needs. */
function octokit(token = github.createToken({ kind: 'installation', permissions: { contents: 'read' } })) {
  return createOctokit({ token, apiUrl: github.url, retries: 0, log: { debug: () => {}, warn: () => {} } });
}

const ask = (login: string) => authorize(octokit(), { ...KERNELS, login });

describe('authorize', () => {
  it.each<[Role, boolean]>([
    ['admin', true],
    ['maintain', true],
    ['write', true],
    ['triage', false],
    ['read', false],
    ['none', false],
  ])('with the role %s: %s', async (role, allowed) => {
    repository.setRole(`has-${role}`, role);
    expect(await ask(`has-${role}`)).toEqual(
      allowed
        ? { kind: 'allowed', role }
        : {
            kind: 'refused',
            reason: `has-${role} has ${role === 'none' ? 'no role' : `the role "${role}"`} in octo/kernels; commands take the role write, maintain or admin`,
          },
    );
    expect(github.routes.at(-1)).toMatchObject({ method: 'GET', path: ROUTE.replace('*', `has-${role}`), status: 200 });
  });

  it('counts a custom role by what it is built on', async () => {
    repository.setRole('hedy', 'maintain', 'kernel engineer');
    repository.setRole('joan', 'triage', 'administrator');
    expect(await ask('hedy')).toEqual({ kind: 'allowed', role: 'kernel engineer' });
    expect(await ask('joan')).toMatchObject({ kind: 'refused' });
  });

  it('allows the owner', async () => {
    expect(await ask('octo')).toEqual({ kind: 'allowed', role: 'admin' });
  });

  it('refuses whoever contributes for the first time, and bots', async () => {
    github.state.users.named('first-timer');
    github.state.users.named('helper[bot]');
    expect(await ask('first-timer')).toMatchObject({ kind: 'refused' });
    expect(await ask('helper[bot]')).toMatchObject({ kind: 'refused' });
  });

  it('refuses whom GitHub does not know (404)', async () => {
    expect(await ask('nobody-at-all')).toEqual({
      kind: 'refused',
      reason: 'nobody-at-all has no role in octo/kernels; commands take the role write, maintain or admin',
    });
  });

  it('makes no path of a name', async () => {
    expect(await ask('../../../users/octo')).toMatchObject({ kind: 'refused' });
    expect(github.routes.at(-1)?.path).not.toBe('/repos/octo/kernels/users/octo/permission');
  });
});

describe('authorize allows nobody when', () => {
  const forbidden: Fault = { status: 403, body: { message: 'Resource not accessible by integration' } };
  const cases: [string, Fault, new (...args: never[]) => UserError, RegExp][] = [
    ['GitHub answers 401', { status: 401, body: { message: 'Bad credentials' } }, PermissionError, /token/],
    ['GitHub answers 403', forbidden, PermissionError, /lacks a permission; check the workflow's permissions/],
    ['GitHub answers 429', secondaryRateLimit(3600, 429), EnvironmentError, /rate limit/],
    ['the rate limit is used up', primaryRateLimit(4_000_000_000), EnvironmentError, /rate limit/],
    ['GitHub answers 410', { status: 410, body: { message: 'Gone' } }, ConfigurationError, /gone/],
    ['GitHub answers 500', serverError(500), EnvironmentError, /answered 500/],
    ['GitHub answers 502', serverError(502), EnvironmentError, /answered 502/],
    ['GitHub answers 503', serverError(503), EnvironmentError, /answered 503/],
    ['GitHub answers 504', serverError(504), EnvironmentError, /answered 504/],
    ['the connection is cut before', droppedConnection('before'), EnvironmentError, /cannot be reached/],
    ['the connection is cut after', droppedConnection('after'), EnvironmentError, /cannot be reached/],
  ];
  it.each(cases)('%s', async (_, fault, Failure, words) => {
    repository.setRole('grace', 'admin');
    github.faults.add({ ...fault, path: ROUTE });
    const outcome = await ask('grace').catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(Failure);
    expect((outcome as Error).message).toMatch(/^Kernelwright cannot learn whether grace may write to octo\/kernels: /);
    expect((outcome as Error).message).toMatch(words);
  });

  it('the token is not valid', async () => {
    await expect(authorize(octokit('ghs_nope'), { ...KERNELS, login: 'octo' })).rejects.toThrow(PermissionError);
  });

  it.each([
    ['no permission', { role_name: 'admin' }],
    ['an unknown permission', { permission: 'owner', role_name: 'owner' }],
    ['a role that is more than the permission', { permission: 'read', role_name: 'admin' }],
    ['a permission that is more than the role', { permission: 'write', role_name: 'read' }],
    ['a role without a name', { permission: 'write', role_name: '' }],
    ['a list', []],
    ['nothing', undefined],
  ])('the answer has %s', async (_, body) => {
    await using odd = await startGitHub();
    await odd.createRepository({ owner: 'octo', name: 'kernels', files: { a: '1\n' } });
    odd.faults.add({ path: ROUTE, status: 200, body });
    const token = odd.createToken({ kind: 'installation' });
    const client = createOctokit({ token, apiUrl: odd.url, retries: 0, log: { debug: () => {}, warn: () => {} } });
    await expect(authorize(client, { ...KERNELS, login: 'octo' })).rejects.toThrow(
      "Kernelwright cannot learn whether octo may write to octo/kernels: GitHub's answer about the permission is not as documented",
    );
  });
});

describe('permissionOf', () => {
  it('waits for a slow answer', async () => {
    repository.setRole('grace', 'maintain');
    github.faults.add({ ...slowAnswer(300), path: ROUTE });
    expect(await permissionOf(octokit(), { ...KERNELS, login: 'grace' })).toEqual({ base: 'write', role: 'maintain' });
  });

  it('does without the name of the role, which older servers do not send', async () => {
    await using old = await startGitHub();
    await old.createRepository({ owner: 'octo', name: 'kernels', files: { a: '1\n' } });
    old.faults.add({ path: ROUTE, status: 200, body: { permission: 'write' } });
    const token = old.createToken({ kind: 'installation' });
    const client = createOctokit({ token, apiUrl: old.url, retries: 0, log: { debug: () => {}, warn: () => {} } });
    expect(await permissionOf(client, { ...KERNELS, login: 'octo' })).toEqual({ base: 'write', role: 'write' });
  });
});
