import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCandidate, readCandidateFiles } from '../../src/commands/candidate.ts';
import { ConfigurationError } from '../../src/core/errors.ts';
import { patchOf } from '../../src/report/patch.ts';

const SOURCE = { path: 'kernels/scale.cu', content: 'one\ntwo\nthree\n' };
const BETTER = { ...SOURCE, content: 'one\n2\nthree\n' };
const HUNK = '@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n';
const PATCH = `--- a/kernels/scale.cu\n+++ b/kernels/scale.cu\n${HUNK}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'candidate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(name: string, content: string | Uint8Array) {
  writeFileSync(join(folder, name), content);
  return readCandidate(join(folder, name), SOURCE);
}

describe('readCandidate', () => {
  it('takes a source file as it is', async () => {
    expect(await read('new.cu', 'anything\r\n')).toEqual({ path: 'kernels/scale.cu', content: 'anything\r\n' });
  });

  it.each([
    ['our own', patchOf([SOURCE], [BETTER])],
    ['one of diff -u', `--- kernels/scale.cu\t2026-01-01\n+++ new.cu\t2026-01-02\n${HUNK}`],
    ['one from the root above', PATCH.replaceAll('/kernels', '/examples/kernels')],
    ['one in a mail', `From: someone\nSubject: faster\n\n${PATCH}-- \n2.39.0\n`],
  ])('applies %s', async (_, patch) => {
    expect(await read('new.patch', patch)).toEqual(BETTER);
  });

  it.each<[string, string, RegExp]>([
    ['prose', 'make it faster\n', /holds no patch: nothing in it is a hunk/],
    ['nothing', '', /holds no patch/],
    ['a head without hunks', PATCH.split('@@')[0] ?? '', /holds no patch/],
    ['a broken hunk', PATCH.replace('-1,3', '-1,9'), /holds no patch/],
    [
      'a patch for another file',
      PATCH.replaceAll('scale', 'other'),
      /is for kernels\/other\.cu, and not for the target's/,
    ],
    ['hunks for no file', HUNK, /is for a file without a name/],
    [
      'two files',
      PATCH + PATCH.replaceAll('scale', 'other'),
      /changes 2 files \(kernels\/scale\.cu, kernels\/other\.cu\)/,
    ],
    ['another state', PATCH.replace('-two', '-zwei'), /does not apply to kernels\/scale\.cu as it is/],
    [
      'a deletion',
      '--- a/kernels/scale.cu\n+++ /dev/null\n@@ -1,3 +0,0 @@\n-one\n-two\n-three\n',
      /deletes kernels\/scale\.cu/,
    ],
  ])('refuses %s', async (_, patch, says) => {
    const reading = read('bad.diff', patch);
    await expect(reading).rejects.toThrow(ConfigurationError);
    await expect(reading).rejects.toThrow(says);
  });

  it.each([
    ['kernels/scale.cu', 'new.py', "is Python, but the target's kernels/scale.cu is CUDA; name a .cu file or a patch."],
    ['kernels/mlp.py', 'new.cu', "is CUDA, but the target's kernels/mlp.py is Python; name a .py file or a patch."],
  ])('refuses for %s what is in another language', async (path, name, says) => {
    // Before it is read: there is no such file.
    const reading = readCandidate(name, { ...SOURCE, path });
    await expect(reading).rejects.toThrow(ConfigurationError);
    await expect(reading).rejects.toThrow(`The candidate ${name} ${says}`);
  });

  it('refuses what is no text of a source', async () => {
    await expect(read('latin.cu', Buffer.from([0xe4, 0x0a]))).rejects.toThrow(/is not UTF-8 text/);
    await expect(read('long.cu', Buffer.alloc(4 * 1024 * 1024 + 1, 'x'))).rejects.toThrow(/files of up to 4 MiB/);
    await expect(readCandidate(join(folder, 'absent.cu'), SOURCE)).rejects.toThrow(/absent\.cu does not exist\.$/);
    mkdirSync(join(folder, 'folder.cu'));
    await expect(readCandidate(join(folder, 'folder.cu'), SOURCE)).rejects.toThrow(
      /folder\.cu is a folder; name a file/,
    );
  });
});

describe('readCandidateFiles', () => {
  const HEADER = { path: 'kernels/tile.cuh', content: 'one\ntwo\nthree\n' };
  const readFor = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return readCandidateFiles(join(folder, name), [SOURCE, HEADER]);
  };
  const forHeader = PATCH.replaceAll('scale.cu', 'tile.cuh');

  it('takes a file for the one that has its name', async () => {
    expect(await readFor('tile.cuh', 'new\n')).toEqual([{ ...HEADER, content: 'new\n' }]);
  });

  it('applies a patch to all files that it names', async () => {
    expect(await readFor('one.patch', forHeader)).toEqual([{ ...HEADER, content: BETTER.content }]);
    expect(await readFor('both.patch', PATCH + forHeader)).toEqual([BETTER, { ...HEADER, content: BETTER.content }]);
  });

  it.each([
    [
      'faster.cu',
      'new\n',
      /is not clear which file the candidate .*faster\.cu is for; .*: kernels\/scale\.cu, kernels\/tile\.cuh/,
    ],
    [
      'other.patch',
      PATCH.replaceAll('scale.cu', 'binding.cpp'),
      /is for kernels\/binding\.cpp, which a candidate may not change/,
    ],
    ['empty.patch', 'nothing\n', /holds no patch/],
  ])('refuses %s', async (name, content, message) => {
    await expect(readFor(name, content)).rejects.toThrow(message);
  });
});
