import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, connectAs, refusalOf, WRITE_ALL } from './client.ts';
import { type LocalGitHub, startGitHub } from './server.ts';

const PUBLIC = { owner: 'ada', repo: 'open' };
const PRIVATE = { owner: 'ada', repo: 'secret' };
let github: LocalGitHub;

beforeAll(async () => {
  github = await startGitHub({ openapi: true });
  const open = await github.createRepository({ owner: 'ada', name: 'open', files: { a: '1\n' } });
  await open.openPullRequest({ head: 'one', files: { a: '2\n' }, title: 'One' });
  const secret = await github.createRepository({ owner: 'ada', name: 'secret', private: true, files: { a: '1\n' } });
  await secret.openPullRequest({ head: 'one', files: { a: '2\n' }, title: 'One' });
  secret.setRole('grace', 'write');
  secret.setRole('linus', 'triage');
  secret.setRole('margaret', 'maintain');
  secret.setRole('barbara', 'read');
  secret.setRole('hedy', 'write', 'kernel engineer');
});
afterEach(() => expect(github.violations).toEqual([]));
afterAll(() => github.close());

describe('a token', () => {
  it.each([
    ['unknown', 'ghs_nope'],
    ['missing', undefined],
  ])('that is %s gets 401', async (_, auth) => {
    const refused = await refusalOf(connectAs(github, auth).repos.get(PUBLIC));
    expect(refused).toMatchObject({ status: 401, message: 'Bad credentials' });
  });

  it('of a person has a user, of an installation none', async () => {
    const person = connect(github, { kind: 'personal', login: 'grace' });
    expect((await person.users.getAuthenticated()).data.login).toBe('grace');
    const refused = await refusalOf(connect(github).users.getAuthenticated());
    expect(refused).toMatchObject({ status: 403, message: 'Resource not accessible by integration' });
  });

  it('without a permission may not write', async () => {
    const reader = connect(github, { permissions: { contents: 'read', pull_requests: 'read' } });
    const requests = [
      () => reader.issues.createComment({ ...PUBLIC, issue_number: 1, body: 'hi' }),
      () => reader.checks.create({ ...PUBLIC, name: 'n', head_sha: 'f'.repeat(40) }),
      () => reader.git.createBlob({ ...PUBLIC, content: 'x' }),
      () => reader.pulls.update({ ...PUBLIC, pull_number: 1, title: 'T' }),
    ];
    for (const request of requests) {
      expect(await refusalOf(request())).toMatchObject({
        status: 403,
        message: 'Resource not accessible by integration',
      });
    }
  });

  it('comments on a pull request by either of two permissions', async () => {
    for (const permissions of [{ issues: 'write' }, { pull_requests: 'write' }] as const) {
      const { status, headers } = await connect(github, { permissions }).issues.createComment({
        ...PUBLIC,
        issue_number: 1,
        body: 'hi',
      });
      expect([status, headers['x-accepted-github-permissions']]).toEqual([201, 'issues=write; pull_requests=write']);
    }
  });

  it('reads what is public whatever its permissions, but not what is private', async () => {
    const bare = connect(github, { permissions: {} });
    expect((await bare.pulls.get({ ...PUBLIC, pull_number: 1 })).status).toBe(200);
    const refused = await refusalOf(bare.pulls.get({ ...PRIVATE, pull_number: 1 }));
    expect(refused).toMatchObject({ status: 403, message: 'Resource not accessible by integration' });
  });

  it('does not see repositories that it was not made for', async () => {
    const elsewhere = connect(github, { repositories: ['ada/open'] });
    expect((await elsewhere.repos.get(PUBLIC)).data.full_name).toBe('ada/open');
    expect(await refusalOf(elsewhere.repos.get(PRIVATE))).toMatchObject({ status: 404, message: 'Not Found' });
  });

  it('of a person can do no more than the person', async () => {
    const as = (login: string) => connect(github, { kind: 'personal', login, permissions: WRITE_ALL });
    expect(await refusalOf(as('stranger').repos.get(PRIVATE))).toMatchObject({ status: 404 });
    expect((await as('grace').git.createBlob({ ...PRIVATE, content: 'x' })).status).toBe(201);
    const refused = await refusalOf(as('linus').git.createBlob({ ...PRIVATE, content: 'x' }));
    expect(refused).toMatchObject({ status: 403, message: 'Resource not accessible by personal access token' });
    expect((await as('linus').issues.createComment({ ...PRIVATE, issue_number: 1, body: 'hi' })).status).toBe(201);
  });
});

describe('a repository', () => {
  it('shows itself', async () => {
    const { data } = await connect(github).repos.get(PRIVATE);
    expect(data).toMatchObject({ full_name: 'ada/secret', private: true, default_branch: 'main', fork: false });
  });

  it.each([
    ['ada', 'admin', 'admin'],
    ['grace', 'write', 'write'],
    ['linus', 'read', 'triage'],
    ['margaret', 'write', 'maintain'],
    ['barbara', 'read', 'read'],
    ['hedy', 'write', 'kernel engineer'],
    ['github-actions[bot]', 'none', 'none'],
  ])('knows what %s may do', async (username, permission, role_name) => {
    const { data } = await connect(github).repos.getCollaboratorPermissionLevel({ ...PRIVATE, username });
    expect([data.permission, data.role_name, data.user?.login]).toEqual([permission, role_name, username]);
  });

  it('knows no strangers', async () => {
    const request = connect(github).repos.getCollaboratorPermissionLevel({ ...PRIVATE, username: 'nobody-at-all' });
    expect(await refusalOf(request)).toMatchObject({ status: 404 });
  });
});

describe('the primary rate limit', () => {
  it('counts down and then refuses, until its reset', async () => {
    const octokit = connect(github, { rateLimit: 2 });
    const first = await octokit.repos.get(PUBLIC);
    expect(first.headers).toMatchObject({ 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '1' });
    await octokit.repos.get(PUBLIC);
    const refused = await refusalOf(octokit.repos.get(PUBLIC));
    expect(refused.status).toBe(403);
    expect(refused.message).toMatch(/^API rate limit exceeded for installation ID \d+\.$/);
    expect(refused.headers).toMatchObject({ 'x-ratelimit-remaining': '0', 'x-ratelimit-resource': 'core' });
    expect(Number(refused.headers['x-ratelimit-reset'])).toBeGreaterThan(Date.now() / 1000);
    expect((await octokit.rateLimit.get()).data.rate).toMatchObject({ limit: 2, used: 2, remaining: 0 });
  });
});
