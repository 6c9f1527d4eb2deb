import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, refusalOf, SILENT, WRITE_ALL } from './client.ts';
import { droppedConnection, primaryRateLimit, secondaryRateLimit, serverError, slowAnswer } from './known-faults.ts';
import type { Repository } from './repository.ts';
import { type LocalGitHub, startGitHub } from './server.ts';

const AT = { owner: 'ada', repo: 'kernels' };
let github: LocalGitHub;
let octokit: Octokit;
let repository: Repository;

beforeAll(async () => {
  github = await startGitHub();
  octokit = connect(github);
  repository = await github.createRepository({ ...AT, name: AT.repo, files: { a: '1\n' } });
  await repository.openPullRequest({ head: 'one', files: { a: '2\n' }, title: 'One' });
});
afterEach(() => {
  expect(github.faults.pending).toBe(0);
});
afterAll(() => github.close());

const comment = (body: string) => octokit.issues.createComment({ ...AT, issue_number: 1, body });

describe('faults', () => {
  it.each([403, 429] as const)('answer %i for the secondary rate limit', async (status) => {
    github.faults.add({ ...secondaryRateLimit(7, status), method: 'POST', path: '/repos/*/*/issues/*/comments' });
    const before = repository.comments(1).length;
    await octokit.issues.listComments({ ...AT, issue_number: 1 });
    const refused = await refusalOf(comment('hello'));
    expect(refused).toMatchObject({ status, headers: { 'retry-after': '7' } });
    expect(refused.message).toMatch(/secondary rate limit/);
    expect(repository.comments(1)).toHaveLength(before);
    expect((await comment('again')).status).toBe(201);
  });

  it('answer that the primary rate limit is used up', async () => {
    github.faults.add(primaryRateLimit(1_900_000_000));
    const refused = await refusalOf(octokit.repos.get(AT));
    expect(refused).toMatchObject({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1900000000' },
    });
  });

  it('answer 5xx as often as told, and to what a regular expression names', async () => {
    github.faults.add({ ...serverError(502), path: /\/pulls\/1$/, times: 2 });
    const get = () => octokit.pulls.get({ ...AT, pull_number: 1 });
    expect((await octokit.pulls.list(AT)).status).toBe(200);
    expect([(await refusalOf(get())).status, (await refusalOf(get())).status]).toEqual([502, 502]);
    expect((await get()).status).toBe(200);
  });

  it('answer with a page that is not JSON', async () => {
    const headers = { 'content-type': 'text/html' };
    github.faults.add({ path: '/repos/**', status: 503, headers, body: '<h1>Unicorn!</h1>' });
    expect(await refusalOf(octokit.repos.get(AT))).toMatchObject({ status: 503 });
  });

  it('cut the connection before the request takes effect', async () => {
    github.faults.add({ ...droppedConnection('before'), method: 'POST' });
    expect(await refusalOf(comment('lost'))).toMatchObject({ status: 500 });
    expect(repository.comments(1).filter(({ body }) => body === 'lost')).toHaveLength(0);
    expect(github.routes.at(-1)).toMatchObject({ method: 'POST', status: null, write: true });
  });

  it('cut the connection after the request took effect', async () => {
    github.faults.add({ ...droppedConnection('after'), method: 'POST' });
    expect(await refusalOf(comment('done'))).toMatchObject({ status: 500 });
    expect(repository.comments(1).filter(({ body }) => body === 'done')).toHaveLength(1);
  });

  it('answer late', async () => {
    github.faults.add(slowAnswer(300));
    const start = performance.now();
    expect((await octokit.repos.get(AT)).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(290);
  });

  it('are understood by the plugins that real clients wait with', async () => {
    const waits: string[] = [];
    const again = (kind: string) => (seconds: number) => {
      waits.push(`${kind} ${seconds}`);
      return true;
    };
    const Patient = Octokit.plugin(throttling);
    const patient = new Patient({
      auth: github.createToken({ kind: 'installation', permissions: WRITE_ALL }),
      baseUrl: github.url,
      log: SILENT,
      // The unit of time: a tenth of a millisecond for each of GitHub's.
      throttle: { onRateLimit: again('primary'), onSecondaryRateLimit: again('secondary'), retryAfterBaseValue: 0.1 },
    });
    const reset = Math.floor(Date.now() / 1000) + 60;
    github.faults.add(secondaryRateLimit(3, 429));
    github.faults.add(secondaryRateLimit(5));
    expect((await patient.repos.get(AT)).status).toBe(200);
    github.faults.add(primaryRateLimit(reset));
    expect((await patient.repos.get(AT)).status).toBe(200);
    expect(waits.slice(0, 2)).toEqual(['secondary 3', 'secondary 5']);
    expect(waits[2]).toMatch(/^primary (59|6[012])$/);
  });

  it('can be taken back', async () => {
    github.faults.add({ ...serverError(), times: Number.POSITIVE_INFINITY });
    expect(await refusalOf(octokit.repos.get(AT))).toMatchObject({ status: 502 });
    github.faults.clear();
    expect((await octokit.repos.get(AT)).status).toBe(200);
  });
});
