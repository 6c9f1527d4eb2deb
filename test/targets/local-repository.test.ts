import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError, EnvironmentError } from '../../src/core/errors.ts';
import { localRepository, WORKING_TREE } from '../../src/targets/local-repository.ts';

let folder: string;
let root: string;

const git = (...args: string[]) =>
  execa('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: root });

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

async function commit(message: string): Promise<string> {
  await git('add', '--all');
  await git('commit', '--quiet', '--message', message);
  return (await git('rev-parse', 'HEAD')).stdout;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kernelwright-'));
  root = join(folder, 'checkout');
  mkdirSync(root);
  await git('init', '--quiet', '--initial-branch=main');
});
afterEach(() => rmSync(folder, { recursive: true }));

const LONG = 'line of a kernel that is long enough to be found again\n'.repeat(20);

describe('changedFiles', () => {
  it('compares the working tree with the last commit', async () => {
    for (const name of ['kept', 'edited', 'removed', 'old']) write(`${name}.cu`, `${name}\n${LONG}`);
    write('.gitignore', 'ignored.cu\n');
    await commit('first');
    write('edited.cu', 'other');
    write('ignored.cu', '');
    write('folder with ü/new\tone.cu', '');
    write('staged.cu', 'staged');
    await git('mv', 'old.cu', 'new.cu');
    await git('rm', '--quiet', 'removed.cu');
    await git('add', 'staged.cu');
    const files = await localRepository(root).changedFiles();
    expect([...files].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'edited.cu', status: 'modified' },
      { path: 'folder with ü/new\tone.cu', status: 'added' },
      { path: 'new.cu', status: 'renamed', previousPath: 'old.cu' },
      { path: 'removed.cu', status: 'removed' },
      { path: 'staged.cu', status: 'added' },
    ]);
  });

  it('compares with the point where the branch left its base', async () => {
    write('a.cu', 'a');
    await commit('first');
    await git('switch', '--quiet', '--create', 'topic');
    write('b.cu', 'b');
    await commit('on the branch');
    await git('switch', '--quiet', 'main');
    write('a.cu', 'changed on main');
    await commit('on main');
    await git('switch', '--quiet', 'topic');
    expect(await localRepository(root, { base: 'main' }).changedFiles()).toEqual([{ path: 'b.cu', status: 'added' }]);
  });

  it('gives paths from a root inside the checkout', async () => {
    write('project/a.cu', 'a');
    write('b.cu', 'b');
    await commit('first');
    write('project/a.cu', 'A');
    write('b.cu', 'B');
    const repository = localRepository(join(root, 'project'));
    expect(await repository.changedFiles()).toEqual([{ path: 'a.cu', status: 'modified' }]);
    expect(await repository.readFile('a.cu', 'HEAD')).toBe('a');
  });

  it('takes everything as added before the first commit', async () => {
    write('a.cu', 'a');
    await git('add', 'a.cu');
    write('b.cu', 'b');
    expect(await localRepository(root).changedFiles()).toEqual([
      { path: 'a.cu', status: 'added' },
      { path: 'b.cu', status: 'added' },
    ]);
  });

  it.each(['nowhere', '--output=stolen'])('refuses the base %s', async (base) => {
    write('a.cu', 'a');
    await commit('first');
    const changed = localRepository(root, { base }).changedFiles();
    await expect(changed).rejects.toThrow(ConfigurationError);
    await expect(changed).rejects.toThrow(`"${base}" is no commit of this repository`);
  });

  it('says of a shallow clone how it gets the base', async () => {
    write('a.cu', 'a');
    await commit('first');
    write('a.cu', 'b');
    await commit('second');
    const shallow = join(folder, 'shallow');
    await execa('git', ['clone', '--quiet', '--depth', '1', `file://${root}`, shallow]);
    await expect(localRepository(shallow, { base: 'HEAD~1' }).changedFiles()).rejects.toThrow(
      /^"HEAD~1" is no commit of this repository; this clone is shallow, so it may only lack it: .*"fetch-depth: 0"/,
    );
  });

  it('says when there is no repository', async () => {
    const changed = localRepository(folder).changedFiles();
    await expect(changed).rejects.toThrow(EnvironmentError);
    await expect(changed).rejects.toThrow(/lies in no git repository\.$/);
  });
});

describe('readFile', () => {
  it('reads the working tree and commits, byte for byte', async () => {
    write('a.cu', '\uFEFF// ü\r\nold\n\n');
    const first = await commit('first');
    write('a.cu', 'new');
    const repository = localRepository(root);
    expect(await repository.readFile('a.cu', WORKING_TREE)).toBe('new');
    expect(await repository.readFile('a.cu', first)).toBe('\uFEFF// ü\r\nold\n\n');
    expect(await repository.readFile('a.cu', 'main')).toBe('\uFEFF// ü\r\nold\n\n');
  });

  it.each([WORKING_TREE, 'HEAD'])('gives undefined for what is not in %s', async (ref) => {
    write('folder/a.cu', 'a');
    await commit('first');
    const repository = localRepository(root);
    expect(await repository.readFile('b.cu', ref)).toBeUndefined();
    expect(await repository.readFile('folder/a.cu/b.cu', ref)).toBeUndefined();
    expect(await repository.readFile('f*/a.cu', ref)).toBeUndefined();
    expect(await repository.readFile(`${'a'.repeat(300)}.h`, ref)).toBeUndefined();
  });

  it.each(['../secret', '/etc/passwd', 'a/../../secret', './a.cu', 'a//b', ''])('refuses the path %j', async (path) => {
    await expect(async () => localRepository(root).readFile(path, WORKING_TREE)).rejects.toThrow(ConfigurationError);
  });

  it('refuses links that lead out of the repository, and follows those inside', async () => {
    writeFileSync(join(folder, 'secret'), 'secret');
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere/a.cu'), 'secret');
    write('real.cu', 'real');
    symlinkSync('../secret', join(root, 'file.cu'));
    symlinkSync('../elsewhere', join(root, 'folder'));
    symlinkSync('real.cu', join(root, 'inside.cu'));
    symlinkSync('loop.cu', join(root, 'loop.cu'));
    const repository = localRepository(root);
    await expect(repository.readFile('file.cu', WORKING_TREE)).rejects.toThrow(/file\.cu is a link that leads out/);
    await expect(repository.readFile('folder/a.cu', WORKING_TREE)).rejects.toThrow(/leads out/);
    await expect(repository.readFile('loop.cu', WORKING_TREE)).rejects.toThrow(/a link to itself/);
    expect(await repository.readFile('inside.cu', WORKING_TREE)).toBe('real');
  });

  it('refuses links and folders in commits', async () => {
    write('folder/a.cu', 'a');
    symlinkSync('folder/a.cu', join(root, 'link.cu'));
    await commit('first');
    const repository = localRepository(root);
    await expect(repository.readFile('link.cu', 'HEAD')).rejects.toThrow(
      'link.cu is a symbolic link; only plain files are read',
    );
    await expect(repository.readFile('folder', 'HEAD')).rejects.toThrow('folder is a folder');
    await expect(repository.readFile('folder', WORKING_TREE)).rejects.toThrow('folder is a folder');
  });

  it('refuses pipes without waiting for them', async () => {
    await execa('sh', ['-c', 'mkfifo "$1"', 'sh', join(root, 'pipe.cu')]);
    await expect(localRepository(root).readFile('pipe.cu', WORKING_TREE)).rejects.toThrow(/a device or pipe/);
  });

  it.each([WORKING_TREE, 'HEAD'])('refuses binaries and huge files in %s', async (ref) => {
    write('binary.cu', Uint8Array.of(0xff, 0xfe, 0x00));
    write('huge.cu', '/'.repeat(5 * 1024 * 1024));
    await commit('first');
    const repository = localRepository(root);
    await expect(repository.readFile('binary.cu', ref)).rejects.toThrow('binary.cu is not UTF-8 text');
    await expect(repository.readFile('huge.cu', ref)).rejects.toThrow('huge.cu has 5242880 bytes');
  });
});

describe('listFiles', () => {
  it('lists the plain files below a folder, on disk and in a commit', async () => {
    write('pkg/a.py', '');
    write('pkg/deep/b.py', '');
    write('other.py', '');
    const sha = await commit('first');
    write('pkg/new.py', '');
    write('pkg/__pycache__/a.pyc', '');
    write('pkg/.hidden', '');
    const repository = localRepository(root);
    expect(await repository.listFiles('pkg', WORKING_TREE)).toEqual(['pkg/a.py', 'pkg/deep/b.py', 'pkg/new.py']);
    expect(await repository.listFiles('pkg', sha)).toEqual(['pkg/a.py', 'pkg/deep/b.py']);
    expect(await repository.listFiles('.', sha)).toContain('other.py');
    expect(await repository.listFiles('none', WORKING_TREE)).toEqual([]);
    expect(await repository.listFiles('none', sha)).toEqual([]);
  });

  it('leaves the repository for no folder', async () => {
    await expect(localRepository(root).listFiles('../x', WORKING_TREE)).rejects.toThrow('is not a path from the root');
  });
});
