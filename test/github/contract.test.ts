import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, refusalOf } from './client.ts';
import { type LocalGitHub, startGitHub } from './server.ts';

const AT = { owner: 'ada', repo: 'kernels' };
let github: LocalGitHub;

beforeAll(async () => {
  github = await startGitHub({ openapi: true });
  const repository = await github.createRepository({ ...AT, name: AT.repo, files: { a: '1\n' } });
  await repository.openPullRequest({ head: 'one', files: { a: '2\n' }, title: 'One' });
});
afterAll(() => github.close());

let seen = 0;
beforeEach(() => {
  seen = github.violations.length;
});
const found = () => github.violations.slice(seen);

describe('the check against the OpenAPI description', () => {
  it('passes what is right', async () => {
    expect((await connect(github).pulls.get({ ...AT, pull_number: 1 })).status).toBe(200);
    expect(found()).toEqual([]);
  });

  it('catches a field that is missing in an answer', async () => {
    const octokit = connect(github);
    const { data } = await octokit.pulls.get({ ...AT, pull_number: 1 });
    github.faults.add({
      path: '/repos/*/*/pulls/1',
      status: 200,
      body: { ...data, head: { ...data.head, sha: undefined } },
    });
    const refused = await refusalOf(octokit.pulls.get({ ...AT, pull_number: 1 }));
    expect(refused.status).toBe(500);
    expect(refused.message).toContain("pulls/get response: /head must have required property 'sha'");
    expect(found()).toEqual([
      { operation: 'pulls/get', side: 'response', problem: "/head must have required property 'sha'" },
    ]);
  });

  it('catches a wrong type, a wrong format and a status that is not documented', async () => {
    const octokit = connect(github);
    const { data } = await octokit.issues.createComment({ ...AT, issue_number: 1, body: 'hi' });
    const broken = { ...data, id: 'seven', created_at: 'yesterday' };
    github.faults.add({ method: 'GET', path: '/repos/*/*/issues/comments/*', status: 200, body: broken });
    github.faults.add({ method: 'GET', path: '/repos/*/*/issues/comments/*', status: 202, body: data });
    const get = () => octokit.issues.getComment({ ...AT, comment_id: data.id });
    expect(await refusalOf(get())).toMatchObject({ status: 500 });
    expect(await refusalOf(get())).toMatchObject({ status: 500 });
    expect(found().map(({ problem }) => problem)).toEqual([
      '/id must be integer',
      '/created_at must match format "date-time"',
      'status 202 is not documented',
    ]);
  });

  it('catches requests that GitHub would not understand', async () => {
    const octokit = connect(github);
    const bad = [
      () => octokit.request('GET /repos/{owner}/{repo}/pulls?sate=open', AT),
      () => octokit.request('GET /repos/{owner}/{repo}/pulls?state=opened', AT),
      () => octokit.request('PATCH /repos/{owner}/{repo}/pulls/1', { ...AT, maintainer_can_modify: 'yes' }),
      () => octokit.request('PATCH /repos/{owner}/{repo}/pulls/1', { ...AT, titel: 'T' }),
    ];
    for (const request of bad) expect(await refusalOf(request())).toMatchObject({ status: 500 });
    expect(found()).toEqual([
      { operation: 'pulls/list', side: 'request', problem: '/query must NOT have additional properties (sate)' },
      { operation: 'pulls/list', side: 'request', problem: '/query/state must be equal to one of the allowed values' },
      { operation: 'pulls/update', side: 'request', problem: '/requestBody/maintainer_can_modify must be boolean' },
      {
        operation: 'pulls/update',
        side: 'request',
        problem: '/requestBody must NOT have additional properties (titel)',
      },
    ]);
  });

  it('is left out unless it is asked for', async () => {
    await using plain = await startGitHub();
    await plain.createRepository({ ...AT, name: AT.repo, files: { a: '1\n' } });
    plain.faults.add({ status: 200, body: {} });
    expect((await connect(plain).repos.get(AT)).data).toEqual({});
    expect(plain.violations).toEqual([]);
  });

  it('starts within three seconds', async () => {
    const start = performance.now();
    await using other = await startGitHub({ openapi: true });
    expect(performance.now() - start).toBeLessThan(3000);
    expect(other.violations).toEqual([]);
  });
});
