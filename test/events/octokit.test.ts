import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError, EnvironmentError, PermissionError, type UserError } from '../../src/core/errors.ts';
import { createOctokit, explainGitHubError } from '../../src/events/octokit.ts';
import { droppedConnection, primaryRateLimit, secondaryRateLimit, serverError } from '../github/known-faults.ts';
import { type LocalGitHub, startGitHub } from '../github/server.ts';

let github: LocalGitHub;
let warnings: string[] = [];

beforeAll(async () => {
  github = await startGitHub();
  await github.createRepository({ owner: 'octo', name: 'kernels', private: true, files: { 'a.cu': 'a' } });
});
afterAll(() => github.close());
afterEach(() => {
  expect(github.faults.pending).toBe(0);
  github.faults.clear();
  warnings = [];
});

function octokitWith({
  retries = 1,
  token = github.createToken({ kind: 'installation', permissions: { contents: 'read' } }),
  apiUrl = github.url,
} = {}) {
  return createOctokit({ token, apiUrl, retries, log: { debug: () => {}, warn: (message) => warnings.push(message) } });
}

const KERNELS = { owner: 'octo', repo: 'kernels' };

const readRepository = (options?: Parameters<typeof octokitWith>[0]) => octokitWith(options).rest.repos.get(KERNELS);

/** What a request that fails is explained as. */
async function explained(request: Promise<unknown>): Promise<UserError> {
  const outcome = await request.then(
    () => undefined,
    (error: unknown) => explainGitHubError(error, 'do this'),
  );
  if (outcome === undefined) throw new Error('the request succeeded');
  return outcome;
}

describe('createOctokit', () => {
  it('says who it is', async () => {
    const { url } = await readRepository();
    expect(url).toBe(`${github.url}/repos/octo/kernels`);
    const { headers } = octokitWith().request.endpoint.DEFAULTS;
    expect(headers['user-agent']).toMatch(/^kernelwright\/\d+\.\d+\.\d+ octokit/);
  });

  it.each([403, 429] as const)('waits for a secondary rate limit that is told with %i', async (status) => {
    github.faults.add(secondaryRateLimit(1, status));
    const begin = Date.now();
    expect((await readRepository()).status).toBe(200);
    expect(Date.now() - begin).toBeGreaterThanOrEqual(990);
    expect(warnings).toEqual([expect.stringMatching(/secondary rate limit.*GET.*trying again in 1 s/)]);
  });

  it('gives up after its retries', async () => {
    github.faults.add({ ...secondaryRateLimit(1), times: 2 });
    const error = await explained(readRepository());
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toMatch(
      /^Kernelwright cannot do this: GitHub's rate limit is used up for 1 s more; run the job again later/,
    );
    expect(warnings.at(-1)).toMatch(/giving up/);
  });

  it.each([
    ['secondary', () => secondaryRateLimit(3600)],
    ['hourly', () => primaryRateLimit(Math.floor(Date.now() / 1000) + 3000)],
  ])('does not wait for long at the %s rate limit', async (_, fault) => {
    github.faults.add(fault());
    const error = await explained(readRepository({ retries: 3 }));
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toMatch(/rate limit is used up (for 3600 s more|until \d\d:\d\d UTC)/);
  });

  it('tries again after a server error and a cut connection', async () => {
    github.faults.add(serverError(502));
    expect((await readRepository()).status).toBe(200);
    github.faults.add(droppedConnection());
    expect((await readRepository()).status).toBe(200);
  });

  it.each([
    ['a server error', serverError(502)],
    ['a cut connection', droppedConnection()],
  ])('does not repeat a request that forbids it after %s', async (_, fault) => {
    github.faults.add(fault);
    const before = github.routes.length;
    const request = octokitWith({ retries: 3 }).rest.repos.get({ ...KERNELS, request: { retries: 0 } });
    await expect(request).rejects.toThrow();
    expect(github.routes).toHaveLength(before + 1);
  });

  it('waits for a rate limit even then', async () => {
    github.faults.add(secondaryRateLimit(1));
    expect((await octokitWith().rest.repos.get({ ...KERNELS, request: { retries: 0 } })).status).toBe(200);
  });
});

describe('explainGitHubError', () => {
  it('knows a server error that stays', async () => {
    github.faults.add({ ...serverError(503), times: 2 });
    const error = await explained(readRepository());
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toMatch(/GitHub answered 503 each time it was tried/);
  });

  it('knows a token that GitHub does not accept', async () => {
    const error = await explained(readRepository({ token: 'ghs_wrong' }));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error.message).toMatch(
      /^Kernelwright cannot do this: GitHub does not accept the token; .*github-token.*Bad credentials/,
    );
  });

  it('names the missing permission as the workflow has it', async () => {
    const octokit = octokitWith();
    const error = await explained(octokit.rest.issues.createComment({ ...KERNELS, issue_number: 1, body: 'hello' }));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error.message).toMatch(/the token lacks a permission; add "pull-requests: write" under "permissions:"/);
  });

  it.each([
    ['GET', '/repos/octo/kernels/contents/a.cu', 'contents: read'],
    ['POST', '/repos/octo/kernels/git/blobs', 'contents: write'],
    ['POST', '/repos/octo/kernels/check-runs', 'checks: write'],
    ['PATCH', '/repos/octo/kernels/issues/comments/1', 'pull-requests: write'],
  ])('knows what %s %s needs without GitHub saying so', async (method, path, permission) => {
    github.faults.add({ status: 403, body: { message: 'Resource not accessible by integration' } });
    const error = await explained(octokitWith().request(`${method} ${path}`));
    expect(error.message).toContain(`add "${permission}"`);
  });

  it.each([
    ['issues=write; pull_requests=write', 'add "pull-requests: write" under'],
    ['issues=write', 'add "issues: write" under'],
    ['contents=write,workflows=write; administration=write', 'add "contents: write" and "workflows: write" under'],
    ['', 'add "pull-requests: write" under'],
  ])('reads the permissions that GitHub would accept: %j', async (accepted, says) => {
    const headers = { 'x-accepted-github-permissions': accepted };
    github.faults.add({ status: 403, headers, body: { message: 'Resource not accessible by integration' } });
    const error = await explained(octokitWith().request('PATCH /repos/octo/kernels/issues/comments/1'));
    expect(error.message).toContain(says);
  });

  it('warns of forks where something should be written, and only there', async () => {
    github.faults.add({ status: 403, body: { message: 'Resource not accessible by integration' }, times: 2 });
    const write = await explained(octokitWith().request('PATCH /repos/octo/kernels/issues/comments/1'));
    expect(write.message).toContain('unless the pull request comes from a fork: those get a read-only token');
    expect((await explained(readRepository())).message).not.toContain('fork');
  });

  it.each([
    [
      403,
      'Unable to create comment because issue is locked.',
      PermissionError,
      /the conversation is locked; unlock it/,
    ],
    [410, 'This issue was deleted', ConfigurationError, /it is gone from GitHub, or switched off in the settings/],
    [422, 'Validation Failed', EnvironmentError, /answered 422 to what was sent; please report this as a bug/],
    [409, 'Conflict', EnvironmentError, /GitHub answered 409; run the job again later/],
  ])('knows %i "%s"', async (status, message, kind, says) => {
    github.faults.add({ status, body: { message } });
    const error = await explained(readRepository());
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(says);
    expect(error.message).toMatch(/^Kernelwright cannot do this: [^\n]*\(GitHub said: .*[^.]\)\.$/);
    expect(error.message).toContain(message.replace(/\.$/, ''));
  });

  it('knows a rate limit by nothing but when to come back', async () => {
    github.faults.add({ status: 403, headers: { 'retry-after': '7' }, body: { message: 'Please slow down' } });
    const error = await explained(readRepository());
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain("GitHub's rate limit is used up for 7 s more; run the job again later");
  });

  it('knows what is not there', async () => {
    const error = await explained(octokitWith().rest.repos.get({ owner: 'octo', repo: 'nothing' }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(/no such thing, or the token may not see it/);
  });

  it('knows a server that cannot be reached', async () => {
    const error = await explained(readRepository({ apiUrl: 'http://127.0.0.1:1', retries: 0 }));
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toMatch(
      /^Kernelwright cannot do this: http:\/\/127\.0\.0\.1:1 cannot be reached \(.*\); check the runner's network/,
    );
  });

  it('takes anything, keeps its cause, and lets errors be that say enough', () => {
    const cause = new Error('odd\nthing');
    const error = explainGitHubError(cause, 'do this');
    expect(error.cause).toBe(cause);
    expect(error.message).toBe('Kernelwright cannot do this: odd thing.');
    const known = new ConfigurationError('known');
    expect(explainGitHubError(known, 'do this')).toBe(known);
  });
});
