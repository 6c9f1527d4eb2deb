import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isSkipped, roleOfFile } from '../../src/targets/draft/file-role.ts';
import { listLocalFiles } from '../../src/targets/local-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
  for (const path of ['b.cu', 'a/c.py', 'build/d.cu', 'ignored.cu']) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

it('lists what git knows or would know, sorted', async () => {
  await execa('git', ['init', '--quiet', folder]);
  writeFileSync(join(folder, '.gitignore'), 'ignored.cu\n');
  await execa('git', ['add', 'b.cu'], { cwd: folder });
  expect(await listLocalFiles(folder, isSkipped)).toEqual(['.gitignore', 'a/c.py', 'b.cu', 'build/d.cu']);
});

it('lists neither links nor submodules, known to git or not', async () => {
  const git = (...words: string[]) =>
    execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], { cwd: folder });
  await git('init', '--quiet');
  await git('commit', '--allow-empty', '--quiet', '-m', 'first');
  symlinkSync('b.cu', join(folder, 'known.cu'));
  await git('add', 'b.cu', 'known.cu');
  await git('update-index', '--add', '--cacheinfo', `160000,${(await git('rev-parse', 'HEAD')).stdout},vendor`);
  symlinkSync('b.cu', join(folder, 'new.cu'));
  expect(await listLocalFiles(folder, isSkipped)).toEqual(['a/c.py', 'b.cu', 'build/d.cu', 'ignored.cu']);
});

it('lists the folder where there is no git, without what is skipped, and follows no link', async () => {
  symlinkSync(folder, join(folder, 'loop'));
  expect(await listLocalFiles(folder, isSkipped)).toEqual(['a/c.py', 'b.cu', 'ignored.cu']);
});

it.each([
  ['kernels/softmax.cu', 'code'],
  ['src/testing_ground.py', 'code'],
  ['tests/test_softmax.py', 'usage'],
  ['csrc/softmax_test.cu', 'usage'],
  ['benchmarks/run.py', 'usage'],
  ['third_party/cutlass/a.cu', undefined],
  ['build/gen.cu', undefined],
  ['.venv/lib/x.py', undefined],
  ['README.md', undefined],
])('reads %s as %s', (path, role) => {
  expect(roleOfFile(path)).toBe(role);
});
