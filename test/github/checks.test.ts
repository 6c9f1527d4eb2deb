import type { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, refusalOf, WRITE_ALL } from './client.ts';
import type { PullRequest } from './pull-request.ts';
import type { Repository } from './repository.ts';
import { type LocalGitHub, startGitHub } from './server.ts';

const AT = { owner: 'ada', repo: 'kernels' };
let github: LocalGitHub;
let octokit: Octokit;
let repository: Repository;
let pull: PullRequest;

beforeAll(async () => {
  github = await startGitHub({ openapi: true });
  octokit = connect(github);
  repository = await github.createRepository({ ...AT, name: AT.repo, files: { a: '1\n' } });
  pull = await repository.openPullRequest({ head: 'one', files: { a: '2\n' }, title: 'One' });
});
afterEach(() => expect(github.violations).toEqual([]));
afterAll(() => github.close());

const create = async () =>
  (await octokit.checks.create({ ...AT, name: 'Kernelwright', head_sha: pull.headSha, status: 'in_progress' })).data;

function outputWith(annotations: number) {
  const annotation = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'slow' } as const;
  return {
    title: 'Kernels',
    summary: 'Two faster',
    annotations: Array.from({ length: annotations }, () => annotation),
  };
}

describe('check runs', () => {
  it('run, collect annotations over several requests, and end', async () => {
    const { id: check_run_id, status, conclusion } = await create();
    expect([status, conclusion]).toEqual(['in_progress', null]);
    await octokit.checks.update({ ...AT, check_run_id, output: outputWith(50) });
    await octokit.checks.update({ ...AT, check_run_id, conclusion: 'success', output: outputWith(20) });
    const { data } = await octokit.checks.get({ ...AT, check_run_id });
    expect(data).toMatchObject({ status: 'completed', conclusion: 'success', head_sha: pull.headSha });
    expect(data.output).toMatchObject({ title: 'Kernels', summary: 'Two faster', annotations_count: 70 });
    expect(data.completed_at).not.toBeNull();
  });

  it('take 50 annotations a request and not one more', async () => {
    const { id: check_run_id } = await create();
    const update = octokit.checks.update({ ...AT, check_run_id, output: outputWith(51) });
    const message = 'Invalid request.\n\nNo more than 50 items are allowed; 51 were supplied.';
    expect(await refusalOf(update)).toMatchObject({ status: 422, message });
    const made = octokit.checks.create({ ...AT, name: 'n', head_sha: pull.headSha, output: outputWith(51) });
    expect(await refusalOf(made)).toMatchObject({ status: 422, message });
  });

  it('refuse summaries over 65,535 characters', async () => {
    const { id: check_run_id } = await create();
    const output = { title: 't', summary: 's'.repeat(65_536) };
    const refused = await refusalOf(octokit.checks.update({ ...AT, check_run_id, output }));
    expect(refused.message).toContain('Only 65535 characters are allowed; 65536 were supplied.');
  });

  it('need a commit that is there', async () => {
    const head_sha = 'f'.repeat(40);
    const refused = await refusalOf(octokit.checks.create({ ...AT, name: 'n', head_sha }));
    expect(refused).toMatchObject({ status: 422, message: `No commit found for SHA: ${head_sha}` });
  });

  it('are listed by commit and name', async () => {
    const listed = await octokit.checks.create({ ...AT, name: 'Listed', head_sha: pull.headSha, external_id: 'x' });
    const { data } = await octokit.checks.listForRef({ ...AT, ref: pull.headSha, check_name: 'Listed' });
    expect(data).toEqual({ total_count: 1, check_runs: [listed.data] });
  });

  it('belong to apps', async () => {
    const person = connect(github, { kind: 'personal', login: 'ada', permissions: WRITE_ALL });
    const refused = await refusalOf(person.checks.create({ ...AT, name: 'n', head_sha: pull.headSha }));
    expect(refused).toMatchObject({ status: 403 });
  });
});
