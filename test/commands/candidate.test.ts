import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCandidate } from '../../src/commands/candidate.ts';
import { ConfigurationError } from '../../src/core/errors.ts';
import type { NewFiles } from '../../src/core/target.ts';
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
  return readCandidate(join(folder, name), { writable: [SOURCE], readOnly: [] });
}

describe('readCandidate', () => {
  it('takes a source file as it is', async () => {
    expect(await read('new.cu', 'anything\r\n')).toEqual([{ path: 'kernels/scale.cu', content: 'anything\r\n' }]);
  });

  it.each([
    ['our own', patchOf([SOURCE], [BETTER])],
    ['one of diff -u', `--- kernels/scale.cu\t2026-01-01\n+++ new.cu\t2026-01-02\n${HUNK}`],
    ['one from the root above', PATCH.replaceAll('/kernels', '/examples/kernels')],
    ['one in a mail', `From: someone\nSubject: faster\n\n${PATCH}-- \n2.39.0\n`],
  ])('applies %s', async (_, patch) => {
    expect(await read('new.patch', patch)).toEqual([BETTER]);
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
    const reading = readCandidate(name, { writable: [{ ...SOURCE, path }], readOnly: [] });
    await expect(reading).rejects.toThrow(ConfigurationError);
    await expect(reading).rejects.toThrow(`The candidate ${name} ${says}`);
  });

  it('refuses what is no text of a source', async () => {
    await expect(read('latin.cu', Buffer.from([0xe4, 0x0a]))).rejects.toThrow(/is not UTF-8 text/);
    await expect(read('long.cu', Buffer.alloc(4 * 1024 * 1024 + 1, 'x'))).rejects.toThrow(/files of up to 4 MiB/);
    await expect(readCandidate(join(folder, 'absent.cu'), { writable: [SOURCE], readOnly: [] })).rejects.toThrow(
      /absent\.cu does not exist\.$/,
    );
    mkdirSync(join(folder, 'folder.cu'));
    await expect(readCandidate(join(folder, 'folder.cu'), { writable: [SOURCE], readOnly: [] })).rejects.toThrow(
      /folder\.cu is a folder; name a file/,
    );
  });
});

describe('a candidate of several files', () => {
  const HOST = { path: 'host/plan.cpp', content: 'a\n' };
  const NEW_HOST = { ...HOST, content: 'b\n' };
  const HEADER = { path: 'kernels/tile.cuh', content: 'one\ntwo\nthree\n' };
  const readFor = (name: string, content: string, others = [HOST]) => {
    writeFileSync(join(folder, name), content);
    return readCandidate(join(folder, name), { writable: [SOURCE, ...others], readOnly: [] });
  };

  it('takes a patch for any of them', async () => {
    expect(await readFor('both.patch', patchOf([SOURCE, HOST], [BETTER, NEW_HOST]))).toEqual([BETTER, NEW_HOST]);
    expect(await readFor('one.patch', patchOf([SOURCE, HOST], [SOURCE, NEW_HOST]))).toEqual([SOURCE, NEW_HOST]);
  });

  it('applies hunks for a header beside those for the source', async () => {
    const forHeader = PATCH.replaceAll('scale.cu', 'tile.cuh');
    const newHeader = { ...HEADER, content: BETTER.content };
    expect(await readFor('header.patch', forHeader, [HEADER])).toEqual([SOURCE, newHeader]);
    expect(await readFor('two.patch', PATCH + forHeader, [HEADER])).toEqual([BETTER, newHeader]);
  });

  it('takes a patch that adds files where the target lets it, and no other', async () => {
    const tile = { path: 'kernels/fast/tile.cuh', content: 'one\n' };
    const own = { writable: [SOURCE], readOnly: [HEADER] };
    const readAdding = (added: typeof tile, newFiles?: NewFiles) => {
      writeFileSync(join(folder, 'adds.patch'), patchOf([SOURCE], [BETTER, added]));
      return readCandidate(join(folder, 'adds.patch'), newFiles ? { ...own, newFiles } : own);
    };
    const newFiles = { patterns: ['kernels/fast/*.cuh'], taken: ['kernels/fast/old.cuh'] };
    expect(await readAdding(tile, newFiles)).toEqual([BETTER, tile]);
    await expect(readAdding(tile)).rejects.toThrow(/changes 2 files/);
    await expect(readAdding({ ...tile, path: 'kernels/tile2.cuh' }, newFiles)).rejects.toThrow(
      /adds\.patch adds what may not be added: "kernels\/tile2\.cuh" is not a path/,
    );
    await expect(readAdding({ ...tile, path: 'kernels/fast/old.cuh' }, newFiles)).rejects.toThrow(/is there already/);
  });

  it('takes a file for the one that has its name', async () => {
    expect(await readFor('tile.cuh', 'new\n', [HEADER])).toEqual([SOURCE, { ...HEADER, content: 'new\n' }]);
  });

  it('takes another file for the source, where it can be for no other', async () => {
    expect(await readFor('new.cu', 'new\n')).toEqual([{ ...SOURCE, content: 'new\n' }, HOST]);
  });

  it.each([
    ['faster.cu', [{ path: 'kernels/other.cu', content: 'a\n' }], 'kernels/scale.cu, kernels/other.cu'],
    ['other.h', [HEADER], 'kernels/scale.cu, kernels/tile.cuh'],
  ])('asks which file %s is for', async (name, others, choices) => {
    await expect(readFor(name, 'new\n', others)).rejects.toThrow(
      `${name} is for; give it the name of one of these, or make a patch: ${choices}.`,
    );
  });

  it('finds no patch in other text', async () => {
    await expect(readFor('empty.patch', 'nothing\n')).rejects.toThrow(/holds no patch/);
  });

  it('refuses a patch that changes another file too', async () => {
    const other = { path: 'include/plan.h', content: 'a\n' };
    const patch = patchOf([SOURCE, other], [BETTER, { ...other, content: 'b\n' }]);
    await expect(readFor('other.patch', patch)).rejects.toThrow(
      "is for include/plan.h, and not for the target's kernels/scale.cu, host/plan.cpp.",
    );
  });
});
