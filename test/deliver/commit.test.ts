import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError, PermissionError } from '../../src/core/errors.ts';
import { isOwnCommit } from '../../src/core/own-commit.ts';
import { commitToBranch } from '../../src/deliver/commit.ts';
import { createOctokit } from '../../src/events/octokit.ts';
import { WRITE_ALL } from '../github/client.ts';
import { changedFiles } from '../github/git/diff.ts';
import { listTree, readBlob } from '../github/git/objects.ts';
import { resolveCommit, writeRef } from '../github/git/refs.ts';
import { droppedConnection, secondaryRateLimit, serverError } from '../github/known-faults.ts';
import { type Fixture, file, NO_WAIT, openFixture } from './pull-request-fixture.ts';

const REF = '**/git/refs/*';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const deliver = (changes: Partial<Fixture['delivery']> = {}, octokit = fixture.client()) =>
  commitToBranch(octokit, { ...fixture.delivery, ...changes }, NO_WAIT);
const writes = (): string[] =>
  fixture.github.writes().map(({ method, path }) => `${method} ${path.split('/')[5] ?? ''}`);
const failure = async (octokit = fixture.client()): Promise<Error> =>
  deliver({}, octokit).then(
    () => expect.unreachable('it must fail'),
    (error: Error) => error,
  );

/** Puts entries of any mode on the branch, and pins the result. */
async function repin(
  tree: {
    path: string;
    mode: '100644' | '100755' | '120000' | '160000';
    type: 'blob' | 'commit';
    content?: string;
    sha?: string;
  }[],
) {
  const at = { owner: 'octo-labs', repo: 'kernels' };
  const octokit = fixture.client();
  const { sha: parent, ref } = fixture.delivery.head;
  const made = await octokit.git.createTree({ ...at, base_tree: parent, tree });
  const { data } = await octokit.git.createCommit({ ...at, message: 'Modes', tree: made.data.sha, parents: [parent] });
  await octokit.git.updateRef({ ...at, ref: `heads/${ref}`, sha: data.sha });
  return { ...fixture.delivery.head, sha: data.sha };
}

describe('commitToBranch', () => {
  it('writes exactly the candidate’s bytes, as one commit on the pinned head', async () => {
    const { delivery, repository } = fixture;
    const outcome = await deliver();
    const sha = await fixture.tip();
    expect(outcome).toEqual({
      kind: 'committed',
      sha,
      url: `${fixture.github.serverUrl}/octo-labs/kernels/commit/${sha}`,
      verified: true,
    });
    const { data } = await fixture
      .client()
      .git.getCommit({ owner: 'octo-labs', repo: 'kernels', commit_sha: sha ?? '' });
    expect(data.parents.map((parent) => parent.sha)).toEqual([delivery.head.sha]);
    expect(data.message).toBe(
      'Make softmax 1.8 times as fast\n\nIt reads each value once.\n\nKernelwright-Run: 1234567',
    );
    expect(isOwnCommit(data.message)).toBe(true);
    const changes = await changedFiles(repository.directory, delivery.head.sha, sha ?? '');
    expect(changes.map(({ path }) => path)).toEqual(['kernels/softmax.cu']);
    expect(await repository.readFile('kernels/softmax.cu', 'faster')).toBe(delivery.after[0]?.content);
    expect(writes()).toEqual(['POST blobs', 'POST trees', 'POST commits', 'PATCH refs']);
  });

  it('is not verified by a person’s token', async () => {
    fixture.repository.setRole('robot', 'write');
    const octokit = fixture.client({ kind: 'personal', login: 'robot' });
    expect(await deliver({}, octokit)).toMatchObject({ kind: 'committed', verified: false });
  });

  it('keeps any bytes of the text, and takes new files', async () => {
    const odd = '\ufeffa\r\nb\rc\0\u2028🙂 without an end';
    const after = [file(odd), file('new\n', 'kernels/inner/new file é.cuh')];
    expect(await deliver({ after })).toMatchObject({ kind: 'committed' });
    const tree = await listTree(fixture.repository.directory, 'faster', { recursive: true });
    const bytesAt = async (path: string) => {
      const entry = tree.find((candidate) => candidate.path === path);
      return (await readBlob(fixture.repository.directory, entry?.sha ?? '')).toString('utf8');
    };
    expect(await bytesAt('kernels/softmax.cu')).toBe(odd);
    expect(await bytesAt('kernels/inner/new file é.cuh')).toBe('new\n');
  });

  it('writes a new file as a plain one', async () => {
    expect(await deliver({ after: [...fixture.delivery.after, file('new\n', 'kernels/fast/tile.cuh')] })).toMatchObject(
      {
        kind: 'committed',
      },
    );
    const [entry] = await listTree(fixture.repository.directory, 'faster', { path: 'kernels/fast/tile.cuh' });
    expect(entry).toMatchObject({ mode: '100644', type: 'blob' });
  });

  it('keeps the executable bit', async () => {
    const content = fixture.delivery.before[0]?.content ?? '';
    const head = await repin([{ path: 'kernels/softmax.cu', mode: '100755', type: 'blob', content }]);
    expect(await deliver({ head })).toMatchObject({ kind: 'committed' });
    const [entry] = await listTree(fixture.repository.directory, 'faster', { path: 'kernels/softmax.cu' });
    expect(entry?.mode).toBe('100755');
  });

  it('leaves a message with trailers of its own one block of trailers', async () => {
    const message = 'Faster\n\nCo-authored-by: Ada <ada@example.org>';
    expect(await deliver({ message })).toMatchObject({ kind: 'committed' });
    const { data } = await fixture.client().repos.getCommit({ owner: 'octo-labs', repo: 'kernels', ref: 'faster' });
    expect(data.commit.message).toBe(`${message}\nKernelwright-Run: 1234567`);
  });
});

describe('a commit is refused', () => {
  afterEach(() => expect(writes()).not.toContain('PATCH refs'));

  it.each([
    ['a path outside', [file('x', '../x.cu')], '"../x.cu" is no path in a repository'],
    ['git’s own folder', [file('x', '.git/config')], '".git/config" is no path in a repository'],
    ['a workflow', [file('x', '.github/workflows/x.yml')], 'belongs to GitHub’s workflows'],
    ['half a character', [file('\ud800')], 'holds half a character'],
    ['a file twice', [file('x'), file('y')], 'twice'],
    ['a lost file', [file('x', 'kernels/new.cu')], 'the candidate lacks "kernels/softmax.cu"'],
  ])('with %s', async (_, after, words) => {
    const outcome = await deliver({ after });
    expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining(words.replace('’', "'")) });
    expect(writes()).toEqual([]);
  });

  it('without a change', async () => {
    expect(await deliver({ after: fixture.delivery.before })).toMatchObject({ kind: 'refused' });
    expect(writes()).toEqual([]);
  });

  it('when the file is not what was measured', async () => {
    const outcome = await deliver({ before: [file('something else\n')] });
    expect(outcome).toEqual({
      kind: 'refused',
      reason: `kernels/softmax.cu at ${fixture.delivery.head.sha.slice(0, 7)} is not what was measured, so nothing is written over it`,
    });
    expect(writes()).toEqual([]);
  });

  it('when a new file is there already', async () => {
    const after = [...fixture.delivery.after, file('mine\n', 'kernels/other.cu')];
    expect(await deliver({ after })).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('kernels/other.cu'),
    });
  });

  it.each(['kernels/Other.cu', 'KERNELS/new.cu', 'readme.MD'])(
    'when %s differs from what is there only in case',
    async (path) => {
      const after = [...fixture.delivery.after, file('mine\n', path)];
      expect(await deliver({ after })).toMatchObject({
        kind: 'refused',
        reason: expect.stringContaining('only in upper and lower case'),
      });
    },
  );

  it('when a file stands where a folder is needed', async () => {
    const after = [...fixture.delivery.after, file('mine\n', 'README.md/x.cu')];
    expect(await deliver({ after })).toMatchObject({ kind: 'refused', reason: expect.stringContaining('no folder') });
  });
});

describe('what a commit does not write through', () => {
  it.each([
    [
      'a symbolic link',
      { path: 'kernels/softmax.cu', mode: '120000', type: 'blob', content: '../README.md' } as const,
      'kernels/softmax.cu',
    ],
    ['a linked folder', { path: 'linked', mode: '120000', type: 'blob', content: 'kernels' } as const, 'linked/new.cu'],
    ['a submodule', { path: 'vendor', mode: '160000', type: 'commit', sha: 'f'.repeat(40) } as const, 'vendor/new.cu'],
  ])('is %s', async (_, entry, path) => {
    const head = await repin([entry]);
    const written = writes().length;
    const after =
      path === 'kernels/softmax.cu' ? fixture.delivery.after : [...fixture.delivery.after, file('x\n', path)];
    const outcome = await deliver({ head, after });
    expect(outcome).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/ is a (symbolic link|submodule), and/),
    });
    expect(writes()).toHaveLength(written);
    expect(await fixture.tip()).toBe(head.sha);
  });
});

describe('a head that moved', () => {
  it('gets nothing', async () => {
    const moved = await fixture.repository.commit({ branch: 'faster', files: { 'x.cu': 'x\n' } });
    expect(await deliver()).toEqual({
      kind: 'moved',
      reason: `faster is at ${moved.slice(0, 7)} now, and what was measured is ${fixture.delivery.head.sha.slice(0, 7)}; ask again for the new head`,
    });
    expect(writes()).toEqual([]);
  });

  it('wins when it moves between the last look and the update', async () => {
    let moved = '';
    // The first answer is a server error; while we look again, somebody pushes.
    fixture.github.faults.add({ ...serverError(502), method: 'PATCH', path: REF });
    const push = async () => {
      moved ||= await fixture.repository.commit({ branch: 'faster', files: { 'x.cu': 'x\n' } });
    };
    const outcome = await commitToBranch(fixture.client(), fixture.delivery, push);
    expect(outcome).toMatchObject({ kind: 'moved', reason: expect.stringContaining(moved.slice(0, 7)) });
    expect(await fixture.tip()).toBe(moved);
  });

  it('is noticed when the branch is put back meanwhile', async () => {
    const { repository, delivery } = fixture;
    const octokit = fixture.client();
    const back = (await resolveCommit(repository.directory, 'refs/heads/main')) ?? '';
    octokit.hook.before('request', async ({ method, url }) => {
      if (method === 'POST' && url.endsWith('/git/commits'))
        await writeRef(repository.directory, 'refs/heads/faster', back);
    });
    expect(await commitToBranch(octokit, delivery, NO_WAIT)).toMatchObject({ kind: 'moved' });
    expect(await fixture.tip()).toBe(back);
  });

  it('is a branch that is gone', async () => {
    await fixture.client().git.deleteRef({ owner: 'octo-labs', repo: 'kernels', ref: 'heads/faster' });
    expect(await deliver()).toMatchObject({
      kind: 'moved',
      reason: expect.stringContaining('the branch faster is gone'),
    });
  });

  it('is no matter once the pull request is closed: it is refused', async () => {
    await fixture.client().pulls.update({ owner: 'octo-labs', repo: 'kernels', pull_number: 1, state: 'closed' });
    expect(await deliver()).toEqual({ kind: 'refused', reason: 'octo-labs/kernels#1 is closed' });
    expect(await fixture.tip()).toBe(fixture.delivery.head.sha);
  });
});

describe('a fork', () => {
  it('is never written to', async () => {
    await using forked = await openFixture({ fork: 'stranger' });
    const outcome = await commitToBranch(forked.client(), forked.delivery, NO_WAIT);
    expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining('the fork stranger/kernels') });
    expect(forked.github.writes()).toEqual([]);
    expect(await forked.tip()).toBe(forked.delivery.head.sha);
  });
});

it.each([
  ['the fork stranger/kernels', { full_name: 'stranger/kernels' }],
  ['the fork that is gone', null],
])('a branch is not taken for ours by its name: it is of %s', async (words, repo) => {
  const at = { owner: 'octo-labs', repo: 'kernels' };
  const { data } = await fixture.client().pulls.get({ ...at, pull_number: 1 });
  const body = { ...data, head: { ...data.head, repo } };
  fixture.github.faults.add({ method: 'GET', path: '**/pulls/1', status: 200, body });
  expect(await deliver()).toMatchObject({ kind: 'refused', reason: expect.stringContaining(words) });
  expect(writes()).toEqual([]);
});

describe('a failure of commitToBranch', () => {
  afterEach(async () => expect(await fixture.tip()).toBe(fixture.delivery.head.sha));

  it('names the missing permission', async () => {
    const error = await failure(fixture.client({ permissions: { contents: 'read', pull_requests: 'write' } }));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error.message).toMatch(
      /^Kernelwright cannot write a commit for the branch faster of octo-labs\/kernels: .*add "contents: write"/,
    );
  });

  it.each([404, 409, 422])('is worded after %i', async (status) => {
    fixture.github.faults.add({ method: 'POST', path: '**/git/trees', status, body: { message: 'No' } });
    const error = await failure();
    expect(error.message).toMatch(/^Kernelwright cannot write a commit for the branch faster of octo-labs\/kernels: /);
  });

  it.each([403, 429] as const)('is a rate limit after %i with words to that end', async (status) => {
    fixture.github.faults.add({ ...secondaryRateLimit(1, status), method: 'POST', path: '**/git/blobs' });
    const error = await failure();
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toContain('rate limit');
  });

  it.each([
    ['a server error', serverError(503)],
    ['a cut connection', droppedConnection('before')],
  ])('is told when the branch cannot be moved for %s', async (_, fault) => {
    fixture.github.faults.add({ ...fault, method: 'PATCH', path: REF, times: 2 });
    const error = await failure();
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error.message).toMatch(/^Kernelwright cannot move the branch faster of octo-labs\/kernels: /);
    expect(fixture.github.faults.pending).toBe(0);
  });

  it.each([
    ['Protected branch update failed for refs/heads/faster.', 'refused'],
    ['Repository rule violations found', 'refused'],
  ])('is a refusal when GitHub says: %s', async (message, kind) => {
    fixture.github.faults.add({ method: 'PATCH', path: REF, status: 422, body: { message } });
    expect(await deliver()).toMatchObject({ kind, reason: expect.stringContaining('rules of the repository') });
  });

  it.each([409, 422])('is no move of the head after %i when the branch is still there', async (status) => {
    fixture.github.faults.add({ method: 'PATCH', path: REF, status, body: { message: 'Odd' } });
    expect((await failure()).message).toContain(`GitHub answered ${status}`);
  });
});

describe('an update of the branch that is not confirmed', () => {
  it('is found again when it took effect, and not repeated', async () => {
    fixture.github.faults.add({ ...droppedConnection('after'), method: 'PATCH' });
    expect(await deliver()).toMatchObject({ kind: 'committed', sha: await fixture.tip() });
    expect(writes().filter((write) => write === 'PATCH refs')).toHaveLength(1);
  });

  it('is found below what somebody has pushed since', async () => {
    fixture.github.faults.add({ ...droppedConnection('after'), method: 'PATCH' });
    let pushed = '';
    const push = async () => {
      pushed ||= await fixture.repository.commit({ branch: 'faster', files: { 'x.cu': 'x\n' } });
    };
    expect(await commitToBranch(fixture.client(), fixture.delivery, push)).toMatchObject({ kind: 'committed' });
    expect(await fixture.tip()).toBe(pushed);
  });

  it('is tried once more when it did not', async () => {
    fixture.github.faults.add({ ...droppedConnection('before'), method: 'PATCH' });
    expect(await deliver()).toMatchObject({ kind: 'committed', sha: await fixture.tip() });
    expect(writes().filter((write) => write === 'PATCH refs')).toHaveLength(2);
  });

  it('is not repeated by the action’s own client either', async () => {
    const token = fixture.github.createToken({ kind: 'installation', permissions: WRITE_ALL });
    const log = { debug: () => {}, warn: () => {} };
    const octokit = createOctokit({ token, apiUrl: fixture.github.url, log });
    fixture.github.faults.add({ ...serverError(502), method: 'PATCH', times: Number.POSITIVE_INFINITY });
    await expect(deliver({}, octokit)).rejects.toThrow('GitHub answered 502 each time');
    expect(writes().filter((write) => write === 'PATCH refs')).toHaveLength(2);
  });
});
