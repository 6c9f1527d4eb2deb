import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError, EnvironmentError, PermissionError } from '../../src/core/errors.ts';
import { stackedBranch } from '../../src/deliver/stacked-branch.ts';
import { openStackedPull } from '../../src/deliver/stacked-pull.ts';
import { changedFiles } from '../github/git/diff.ts';
import { droppedConnection, secondaryRateLimit, serverError } from '../github/known-faults.ts';
import { type Fixture, file, NO_WAIT, openFixture } from './pull-request-fixture.ts';

const AT = { owner: 'octo-labs', repo: 'kernels' };
const PULLS = '**/kernels/pulls';
const REFS = '**/git/refs';

let fixture: Fixture;
let branch: string;
beforeEach(async () => {
  fixture = await openFixture();
  branch = stackedBranch(fixture.delivery);
});
afterEach(() => fixture[Symbol.asyncDispose]());

const open = (changes: Partial<Fixture['delivery']> = {}, octokit = fixture.client()) =>
  openStackedPull(octokit, { ...fixture.delivery, ...changes }, NO_WAIT);
const count = (method: string, end: string) =>
  fixture.github.routes.filter((route) => route.method === method && route.path.endsWith(end)).length;
const failure = async (octokit = fixture.client()): Promise<Error> =>
  open({}, octokit).then(
    () => expect.unreachable('it must fail'),
    (error: Error) => error,
  );

describe('openStackedPull', () => {
  it('opens a pull request into the head branch, with exactly the candidate’s bytes', async () => {
    expect(await open()).toEqual({
      kind: 'opened',
      number: 2,
      url: `${fixture.github.serverUrl}/octo-labs/kernels/pull/2`,
      branch,
    });
    expect(branch).toMatch(/^kernelwright\/1-softmax-[0-9a-f]{10}$/);
    const pull = fixture.repository.pull(2);
    expect(pull).toMatchObject({ title: 'Make softmax 1.8× as fast', body: 'The evidence.', base: { ref: 'faster' } });
    const { repository, delivery } = fixture;
    const changes = await changedFiles(repository.directory, delivery.head.sha, pull?.headSha ?? '');
    expect(changes.map(({ path }) => path)).toEqual(['kernels/softmax.cu']);
    expect(await repository.readFile('kernels/softmax.cu', branch)).toBe(delivery.after[0]?.content);
    expect(await fixture.tip()).toBe(delivery.head.sha);
  });

  it('finds it again for the same bytes, though people have added to it', async () => {
    const opened = await open();
    await fixture.repository.commit({ branch, files: { 'notes.md': 'mine\n' } });
    const writes = fixture.github.writes().length;
    expect(await open()).toEqual({ ...opened, kind: 'unchanged' });
    expect(fixture.github.writes()).toHaveLength(writes);
  });

  it('opens another for other bytes', async () => {
    await open();
    expect(await open({ after: [file('other\n')] })).toMatchObject({ kind: 'opened', number: 3 });
  });

  it('opens it again when it was closed', async () => {
    await open();
    await fixture.client().pulls.update({ ...AT, pull_number: 2, state: 'closed' });
    expect(await open()).toMatchObject({ kind: 'opened', number: 3, branch });
  });

  it.each([
    ['with the pull request open', true],
    ['without one', false],
  ])('writes over nothing in a branch that has other content, %s', async (_, withPull) => {
    if (withPull) await open();
    const tip = await fixture.repository.commit({ branch, from: 'faster', files: { 'kernels/softmax.cu': 'mine\n' } });
    const error = await failure();
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe(
      `The branch ${branch} of octo-labs/kernels is there already and holds something else, which Kernelwright never writes over; delete the branch and run again`,
    );
    expect(await fixture.tip(branch)).toBe(tip);
  });

  it('opens nothing from a branch that has the candidate and more', async () => {
    await open();
    await fixture.client().pulls.update({ ...AT, pull_number: 2, state: 'closed' });
    await fixture.repository.commit({ branch, files: { 'other.md': 'more\n' } });
    expect(await failure()).toBeInstanceOf(ConfigurationError);
    expect(fixture.repository.pulls).toHaveLength(2);
  });

  it('writes nothing once the head has moved', async () => {
    await fixture.repository.commit({ branch: 'faster', files: { 'x.cu': 'x\n' } });
    expect(await open()).toMatchObject({ kind: 'moved' });
    expect(fixture.github.writes()).toEqual([]);
  });

  it('writes nothing for a fork', async () => {
    await using forked = await openFixture({ fork: 'stranger' });
    expect(await openStackedPull(forked.client(), forked.delivery, NO_WAIT)).toMatchObject({ kind: 'refused' });
    expect(forked.github.writes()).toEqual([]);
  });
});

describe('a failure of openStackedPull', () => {
  it('names the missing permission, before anything is there', async () => {
    const error = await failure(fixture.client({ permissions: { pull_requests: 'write' } }));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error.message).toContain('add "contents: write"');
    expect(await fixture.tip(branch)).toBeUndefined();
  });

  it.each([
    [{ contents: 'write' } as const, undefined, 'add "pull-requests: write"'],
    [
      undefined,
      'GitHub Actions is not permitted to create or approve pull requests.',
      'allow "GitHub Actions to create and approve pull requests" under Settings',
    ],
  ])('says which branch is left, and uses it next time', async (permissions, message, words) => {
    if (message !== undefined)
      fixture.github.faults.add({ method: 'POST', path: PULLS, status: 403, body: { message } });
    const error = await failure(fixture.client(permissions && { permissions }));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error.message).toContain(words);
    expect(error.message).toContain(
      `the branch ${branch} of octo-labs/kernels, which is there and will be used next time`,
    );
    const left = await fixture.tip(branch);
    expect(left).toBeDefined();
    expect(await open()).toMatchObject({ kind: 'opened', branch });
    expect(await fixture.tip(branch)).toBe(left);
  });

  it.each([404, 409, 422])('is worded after %i', async (status) => {
    fixture.github.faults.add({ method: 'POST', path: PULLS, status, body: { message: 'No' } });
    expect((await failure()).message).toContain(`cannot open a pull request from the branch ${branch}`);
    fixture.github.faults.add({ method: 'POST', path: REFS, status, body: { message: 'No' } });
    await fixture.client().git.deleteRef({ ...AT, ref: `heads/${branch}` });
    expect((await failure()).message).toContain(`cannot create the branch ${branch}`);
  });

  it.each([
    ['a rate limit', secondaryRateLimit(1, 429), 'rate limit'],
    ['server errors', serverError(502), 'GitHub answered 502'],
    ['cut connections', droppedConnection(), 'cannot be reached'],
  ])('is worded after %s', async (_, fault, words) => {
    fixture.github.faults.add({ ...fault, method: 'POST', path: PULLS, times: 2 });
    const error = await failure();
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain(words);
    expect(fixture.repository.pulls).toHaveLength(1);
  });
});

describe('what is not confirmed', () => {
  it.each([
    ['the branch', REFS, '/git/refs'],
    ['the pull request', PULLS, '/pulls'],
  ])('is found again when %s was made, and not repeated', async (_, path, end) => {
    fixture.github.faults.add({ ...droppedConnection('after'), method: 'POST', path });
    expect(await open()).toMatchObject({ kind: 'opened', number: 2 });
    expect(count('POST', end)).toBe(1);
    expect(fixture.repository.pulls).toHaveLength(2);
  });

  it('is tried once more when it was not', async () => {
    for (const path of [REFS, PULLS]) fixture.github.faults.add({ ...serverError(502), method: 'POST', path });
    expect(await open()).toMatchObject({ kind: 'opened', number: 2 });
    expect(fixture.repository.pulls).toHaveLength(2);
  });

  it('is what another run has made in the meantime', async () => {
    // Both see nothing at first.
    const both = await Promise.all([open(), open()]);
    expect(both.map((outcome) => outcome.kind !== 'refused' && outcome.kind !== 'moved' && outcome.number)).toEqual([
      2, 2,
    ]);
    expect(fixture.repository.pulls).toHaveLength(2);
  });
});

it.each([
  ['a/b', 'kernelwright/7-a-b-'],
  ['..', 'kernelwright/7-target-'],
  ['x'.repeat(99), `kernelwright/7-${'x'.repeat(50)}-`],
])('the branch of the target %s begins with %s', (target, start) => {
  expect(stackedBranch({ pullRequest: 7, target, after: [file('a')] })).toMatch(new RegExp(`^${start}[0-9a-f]{10}$`));
});
