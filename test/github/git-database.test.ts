import type { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, refusalOf } from './client.ts';
import type { Repository } from './repository.ts';
import { type LocalGitHub, startGitHub } from './server.ts';

const AT = { owner: 'ada', repo: 'kernels' };
const NOWHERE = 'f'.repeat(40);
let github: LocalGitHub;
let octokit: Octokit;
let repository: Repository;
let mainSha: string;

beforeAll(async () => {
  github = await startGitHub({ openapi: true });
  octokit = connect(github);
  const files = { 'a.cu': 'a\n', 'dir/b.cu': 'b\n', 'dir/c.cu': 'c\n' };
  repository = await github.createRepository({ ...AT, name: AT.repo, files });
  mainSha = (await octokit.git.getRef({ ...AT, ref: 'heads/main' })).data.object.sha;
});
afterEach(() => expect(github.violations).toEqual([]));
afterAll(() => github.close());

type Entries = Parameters<Octokit['git']['createTree']>[0] extends infer P
  ? NonNullable<P & { tree: unknown }>['tree']
  : never;

async function commitOn(parents: string[], tree: Entries, message = 'A commit'): Promise<string> {
  const made = await octokit.git.createTree({ ...AT, base_tree: mainSha, tree });
  return (await octokit.git.createCommit({ ...AT, message, tree: made.data.sha, parents })).data.sha;
}

describe('the git database', () => {
  it('builds a commit from blobs and trees, and a branch from the commit', async () => {
    const content = Buffer.from('binary \u0000 too').toString('base64');
    const blob = await octokit.git.createBlob({ ...AT, content, encoding: 'base64' });
    const sha = await commitOn(
      [mainSha],
      [
        { path: 'new/x.bin', mode: '100644', type: 'blob', sha: blob.data.sha },
        { path: 'a.cu', mode: '100755', type: 'blob', content: 'A\n' },
        { path: 'dir/b.cu', mode: '100644', type: 'blob', sha: null },
      ],
    );
    await octokit.git.createRef({ ...AT, ref: 'refs/heads/kw/built', sha });
    const { data } = await octokit.git.getTree({ ...AT, tree_sha: sha, recursive: '1' });
    expect(data.tree.map(({ mode, type, path }) => `${mode} ${type} ${path}`)).toEqual([
      '100755 blob a.cu',
      '040000 tree dir',
      '100644 blob dir/c.cu',
      '040000 tree new',
      '100644 blob new/x.bin',
    ]);
    expect(await repository.readFile('a.cu', 'kw/built')).toBe('A\n');
    const read = await octokit.git.getBlob({ ...AT, file_sha: blob.data.sha });
    expect(Buffer.from(read.data.content, 'base64').toString()).toBe('binary \u0000 too');
    const top = await octokit.git.getTree({ ...AT, tree_sha: 'kw/built' });
    expect(top.data.tree.map(({ path }) => path)).toEqual(['a.cu', 'dir', 'new']);
  });

  it('keeps message, parents and people of a commit', async () => {
    const tree = (await octokit.git.getCommit({ ...AT, commit_sha: mainSha })).data.tree.sha;
    const author = { name: 'Grace', email: 'grace@example.org', date: '2026-01-02T03:04:05Z' };
    const made = await octokit.git.createCommit({ ...AT, message: 'Fast\n\nReally', tree, parents: [mainSha], author });
    const { data } = await octokit.git.getCommit({ ...AT, commit_sha: made.data.sha });
    expect(data).toMatchObject({ message: 'Fast\n\nReally', author, committer: author, parents: [{ sha: mainSha }] });
  });

  it('signs what an app commits in its own name, and nothing else', async () => {
    const author = { name: 'Grace', email: 'grace@example.org' };
    const tree = (await octokit.git.getCommit({ ...AT, commit_sha: mainSha })).data.tree.sha;
    const make = async (client: Octokit, people = {}) => {
      const { data } = await client.git.createCommit({ ...AT, message: 'm', tree, parents: [mainSha], ...people });
      return data.verification.verified;
    };
    expect(await make(octokit)).toBe(true);
    expect(await make(octokit, { author })).toBe(false);
    expect(await make(connect(github, { kind: 'personal', login: 'ada' }))).toBe(false);
  });

  it('puts a whole tree at a path', async () => {
    const inner = await octokit.git.createTree({
      ...AT,
      tree: [{ path: 'z', mode: '100644', type: 'blob', content: 'z' }],
    });
    const sha = await commitOn([mainSha], [{ path: 'sub', mode: '040000', type: 'tree', sha: inner.data.sha }]);
    const { data } = await octokit.git.getTree({ ...AT, tree_sha: sha, recursive: 'true' });
    expect(data.tree.map(({ path }) => path)).toContain('sub/z');
  });

  it('moves a branch forward only, unless forced', async () => {
    const [one, two] = [await commitOn([mainSha], [], 'one'), await commitOn([mainSha], [], 'two')];
    await octokit.git.createRef({ ...AT, ref: 'refs/heads/race', sha: mainSha });
    const move = (sha: string, force?: boolean) =>
      octokit.git.updateRef({ ...AT, ref: 'heads/race', sha, ...(force === undefined ? {} : { force }) });
    expect((await move(one)).data.object.sha).toBe(one);
    expect(await refusalOf(move(two))).toMatchObject({ status: 422, message: 'Update is not a fast forward' });
    expect((await move(two, true)).data.object.sha).toBe(two);
    await octokit.git.deleteRef({ ...AT, ref: 'heads/race' });
    expect(await refusalOf(octokit.git.getRef({ ...AT, ref: 'heads/race' }))).toMatchObject({ status: 404 });
  });

  it('lets one of two racing updates lose', async () => {
    const rivals = await Promise.all(['one', 'two'].map((message) => commitOn([mainSha], [], message)));
    await octokit.git.createRef({ ...AT, ref: 'refs/heads/contested', sha: mainSha });
    const updates = rivals.map((sha) => octokit.git.updateRef({ ...AT, ref: 'heads/contested', sha }));
    const settled = await Promise.allSettled(updates);
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = settled.find((outcome) => outcome.status === 'rejected');
    expect(lost?.reason).toMatchObject({ status: 422 });
  });

  it('lists the refs that begin alike', async () => {
    await octokit.git.createRef({ ...AT, ref: 'refs/tags/v1', sha: mainSha });
    await octokit.git.createRef({ ...AT, ref: 'refs/tags/v10', sha: mainSha });
    const { data } = await octokit.git.listMatchingRefs({ ...AT, ref: 'tags/v1' });
    expect(data.map(({ ref }) => ref)).toEqual(['refs/tags/v1', 'refs/tags/v10']);
  });

  it.each([
    [
      'a ref on an unknown SHA',
      () => octokit.git.createRef({ ...AT, ref: 'refs/heads/n', sha: NOWHERE }),
      422,
      'Object does not exist',
    ],
    [
      'a ref that is there',
      () => octokit.git.createRef({ ...AT, ref: 'refs/heads/main', sha: mainSha }),
      422,
      'Reference already exists',
    ],
    [
      'a ref outside refs/',
      () => octokit.git.createRef({ ...AT, ref: 'main2', sha: mainSha }),
      422,
      "Reference name must start with 'refs/'",
    ],
    [
      'an update of no ref',
      () => octokit.git.updateRef({ ...AT, ref: 'heads/n', sha: mainSha }),
      422,
      'Reference does not exist',
    ],
    [
      'an update to an unknown SHA',
      () => octokit.git.updateRef({ ...AT, ref: 'heads/main', sha: NOWHERE }),
      422,
      'Object does not exist',
    ],
    ['an unknown commit', () => octokit.git.getCommit({ ...AT, commit_sha: NOWHERE }), 404, 'Not Found'],
    ['an unknown blob', () => octokit.git.getBlob({ ...AT, file_sha: NOWHERE }), 404, 'Not Found'],
    ['an unknown tree', () => octokit.git.getTree({ ...AT, tree_sha: NOWHERE }), 404, 'Not Found'],
    [
      'a commit of an unknown tree',
      () => octokit.git.createCommit({ ...AT, message: 'm', tree: NOWHERE }),
      422,
      'Tree SHA does not exist',
    ],
    [
      'a tree on an unknown base',
      () => octokit.git.createTree({ ...AT, base_tree: NOWHERE, tree: [] }),
      422,
      'base_tree is not a valid tree oid',
    ],
  ])('refuses %s', async (_, request, status, message) => {
    expect(await refusalOf(request())).toMatchObject({ status, message });
  });
});
