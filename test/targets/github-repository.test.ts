import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError, PermissionError } from '../../src/core/errors.ts';
import { createOctokit } from '../../src/events/octokit.ts';
import { githubRepository } from '../../src/targets/github-repository.ts';
import type { Repository as GitHubRepository } from '../github/repository.ts';
import { type LocalGitHub, startGitHub } from '../github/server.ts';

const LONG = 'line of a kernel that is long enough to be found again\n'.repeat(20);
const BIG = `// ${'ü'.repeat(700_000)}\r\nno newline at the end`;

let github: LocalGitHub;
let hosted: GitHubRepository;
let base: string;

const octokitWith = (permissions: { contents?: 'read' | 'write'; pull_requests?: 'read' | 'write' }) =>
  createOctokit({
    token: github.createToken({ kind: 'installation', permissions }),
    apiUrl: github.url,
    log: { debug: () => {}, warn: () => {} },
  });
const reader = () => octokitWith({ contents: 'read', pull_requests: 'read' });
const place = (pullRequest = 1) => ({ owner: 'octo', repo: 'kernels', pullRequest });

beforeAll(async () => {
  github = await startGitHub();
  hosted = await github.createRepository({
    owner: 'octo',
    name: 'kernels',
    private: true,
    files: {
      'kernels/softmax.cu': `old\n${LONG}`,
      'kernels/gone.cu': 'gone',
      'kernels/old.cu': `renamed\n${LONG}`,
      'big.cu': BIG,
      'binary.cu': Uint8Array.of(0xff, 0xfe, 0),
    },
  });
  const pull = await hosted.openPullRequest({
    head: 'topic',
    title: 'Topic',
    files: {
      'kernels/softmax.cu': `new\n${LONG}`,
      'kernels/gone.cu': null,
      'kernels/old.cu': null,
      'kernels/new.cu': `renamed\n${LONG}`,
      'added.cu': 'added',
    },
  });
  expect(pull.number).toBe(1);
  base = pull.baseSha;
});
afterAll(() => github.close());

describe('changedFiles', () => {
  it('lists what a pull request changes', async () => {
    const files = await githubRepository(reader(), place()).changedFiles();
    expect([...files].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'added.cu', status: 'added' },
      { path: 'kernels/gone.cu', status: 'removed' },
      { path: 'kernels/new.cu', status: 'renamed', previousPath: 'kernels/old.cu' },
      { path: 'kernels/softmax.cu', status: 'modified' },
    ]);
  });

  it('lists more files than one page has', async () => {
    const files = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`many/${index}.cu`, `${index}`]));
    const pull = await hosted.openPullRequest({ head: 'many', title: 'Many', files });
    expect(await githubRepository(reader(), place(pull.number)).changedFiles()).toHaveLength(130);
  });

  it('says which permission is missing', async () => {
    const files = githubRepository(octokitWith({ contents: 'read' }), place()).changedFiles();
    await expect(files).rejects.toThrow(PermissionError);
    await expect(files).rejects.toThrow(
      /cannot list the changed files of pull request #1 of octo\/kernels: the token lacks a permission; add "pull-requests: read"/,
    );
  });

  it('says when there is no such pull request', async () => {
    const files = githubRepository(reader(), place(99)).changedFiles();
    await expect(files).rejects.toThrow(/cannot list the changed files of pull request #99.*no such thing/);
  });
});

describe('readFile', () => {
  it('reads exactly the commit that is asked for', async () => {
    const repository = githubRepository(reader(), place());
    const head = hosted.pulls[0]?.headSha ?? '';
    expect(await repository.readFile('kernels/softmax.cu', base)).toBe(`old\n${LONG}`);
    expect(await repository.readFile('kernels/softmax.cu', head)).toBe(`new\n${LONG}`);
    expect(await repository.readFile('kernels/new.cu', base)).toBeUndefined();
    expect(await repository.readFile('nowhere/a.cu', base)).toBeUndefined();
    expect(await repository.readFile('big.cu/a.cu', base)).toBeUndefined();
  });

  it('reads files of more than 1 MB, byte for byte', async () => {
    expect(await githubRepository(reader(), place()).readFile('big.cu', base)).toBe(BIG);
  });

  it('asks for each folder once', async () => {
    const repository = githubRepository(reader(), place());
    const before = github.routes.length;
    await Promise.all(
      ['kernels/softmax.cu', 'kernels/old.cu', 'kernels/none.cu'].map((path) => repository.readFile(path, base)),
    );
    // Two folders and two files.
    expect(github.routes.length - before).toBe(4);
  });

  it('refuses links, submodules and folders', async () => {
    const octokit = octokitWith({ contents: 'write' });
    const at = { owner: 'octo', repo: 'kernels' };
    const tree = await octokit.rest.git.createTree({
      ...at,
      base_tree: base,
      tree: [
        { path: 'link.cu', mode: '120000', type: 'blob', content: 'kernels/softmax.cu' },
        { path: 'linked', mode: '120000', type: 'blob', content: 'kernels' },
        { path: 'vendor/cub', mode: '160000', type: 'commit', sha: base },
      ],
    });
    const { data: commit } = await octokit.rest.git.createCommit({
      ...at,
      message: 'Links',
      tree: tree.data.sha,
      parents: [base],
    });
    const repository = githubRepository(reader(), place());
    const read = (path: string) => repository.readFile(path, commit.sha);
    await expect(read('link.cu')).rejects.toThrow('link.cu is a symbolic link; only plain files are read');
    await expect(read('linked/softmax.cu')).rejects.toThrow('linked is a symbolic link');
    await expect(read('vendor/cub')).rejects.toThrow('vendor/cub is a submodule');
    await expect(read('vendor/cub/a.cu')).rejects.toThrow('vendor/cub is a submodule');
    await expect(read('kernels')).rejects.toThrow('kernels is a folder');
    expect(await read('kernels/softmax.cu')).toBe(`old\n${LONG}`);
  });

  it('refuses binaries', async () => {
    await expect(githubRepository(reader(), place()).readFile('binary.cu', base)).rejects.toThrow(ConfigurationError);
  });

  it('refuses paths that lead out, and refs that can move', async () => {
    const repository = githubRepository(reader(), place());
    await expect(repository.readFile('../a.cu', base)).rejects.toThrow(ConfigurationError);
    await expect(repository.readFile('big.cu', 'main')).rejects.toThrow('readFile needs a full commit SHA, got "main"');
  });

  it('says which commit or permission is missing', async () => {
    const missing = githubRepository(reader(), place()).readFile('big.cu', '0'.repeat(40));
    await expect(missing).rejects.toThrow(
      /cannot read big\.cu of octo\/kernels at 000000000000: GitHub has no such thing/,
    );
    const refused = githubRepository(octokitWith({ pull_requests: 'read' }), place()).readFile('big.cu', base);
    await expect(refused).rejects.toThrow(/add "contents: read"/);
  });
});

describe('listFiles', () => {
  const list = (folder: string) => githubRepository(reader(), place()).listFiles(folder, base);

  it('lists the plain files below a folder, from the root of the repository', async () => {
    expect(await list('kernels')).toEqual(['kernels/gone.cu', 'kernels/old.cu', 'kernels/softmax.cu']);
    expect(await list('.')).toEqual(['big.cu', 'binary.cu', 'kernels/gone.cu', 'kernels/old.cu', 'kernels/softmax.cu']);
  });

  it('lists nothing where there is no such folder', async () => {
    expect(await list('kernels/none')).toEqual([]);
    expect(await list('big.cu')).toEqual([]);
  });
});
