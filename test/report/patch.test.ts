import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SourceFile } from '../../src/core/source.ts';
import { patchNameOf } from '../../src/report/file-names.ts';
import { patchOf } from '../../src/report/patch.ts';
import { SOFTMAX, SOFTMAX_FAST } from './sample-kernels.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patch-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What lies there after git has applied the patch to the baseline. */
function applied(baseline: readonly SourceFile[], candidate: readonly SourceFile[]): readonly (string | undefined)[] {
  for (const { path, content } of baseline) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  execFileSync('git', ['-c', 'core.autocrlf=false', 'apply', '--whitespace=nowarn', '-'], {
    cwd: folder,
    input: patchOf(baseline, candidate),
    env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() },
  });
  return [...new Set([...baseline, ...candidate].map((file) => file.path))].map((path) =>
    existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : undefined,
  );
}

const one = (content: string, path = 'kernels/softmax.cu'): SourceFile[] => [{ path, content }];

describe('patchOf', () => {
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    'a real rewrite': [SOFTMAX, SOFTMAX_FAST],
    'no line end at the end, before': ['a\nb', 'a\nb\n'],
    'no line end at the end, after': ['a\nb\n', 'a\nb'],
    'no line end at the end, both': ['a\nb', 'a\nc'],
    'Windows line ends': ['a\r\nb\r\nc\r\n', 'a\r\nB\r\nc\r\n'],
    'Windows line ends that become plain': ['a\r\nb\r\n', 'a\nb\n'],
    'lone carriage returns': ['a\rb\nc\n', 'a\rB\nc\n'],
    'lines like headers of a diff': ['-- a/x\n++ b/x\n@@ -1 +1 @@\nx\n', '-- a/y\n++ b/y\n@@ -1 +1 @@\ny\n'],
    'an empty file that is filled': ['', 'a\n'],
    'a file that is emptied': ['a\nb\n', ''],
    'unseen and wide characters': ['// \u202eright\u2028\n', '// \u2066left🌈\n'],
    'little in common in a long file': [
      Array.from({ length: 3000 }, (_, line) => `a${line}`).join('\n'),
      Array.from({ length: 3100 }, (_, line) => `b${line}\n`).join(''),
    ],
    'everything replaced': [Array(400).fill('x').join('\n'), Array(300).fill('y').join('\n')],
  };
  for (const [name, [before, after]] of Object.entries(cases)) {
    it(`is applied by git: ${name}`, () => {
      expect(applied(one(before), one(after))).toEqual([after]);
    });
  }

  for (const path of ['with space/a b.cu', 'ünïcode/κ.cu', 'quote"d.cu', 'top.cu']) {
    it(`is applied by git to ${path}`, () => {
      expect(applied(one('a\n', path), one('b\n', path))).toEqual(['b\n']);
    });
  }

  it('is applied by git where files are changed, made and deleted at once', () => {
    const baseline = [...one('a\n', 'k/a.cu'), ...one('same\n', 'k/b.cu'), ...one('gone\n', 'k/c.cuh')];
    const candidate = [...one('A\n', 'k/a.cu'), ...one('same\n', 'k/b.cu'), ...one('new', 'k/d.cuh')];
    expect(applied(baseline, candidate)).toEqual(['A\n', 'same\n', undefined, 'new']);
    expect(patchOf(baseline, candidate)).not.toContain('k/b.cu');
  });

  it('is empty where nothing differs', () => {
    expect(patchOf(one(SOFTMAX), one(SOFTMAX))).toBe('');
  });
});

describe('patchNameOf', () => {
  it('keeps plain names', () => {
    expect(patchNameOf('rms_norm-2.fp16')).toBe('rms_norm-2.fp16.patch');
  });

  it('never leaves its folder and never gives two targets one name', () => {
    const names = ['a/b', 'a-b', 'a%2Fb', '../x', '..', '.', 'ä', 'a b', 'A', '\u0000', 'a\\b'];
    const files = names.map(patchNameOf);
    expect(new Set(files).size).toBe(names.length);
    for (const file of files) expect(file).toMatch(/^[A-Za-z0-9._%-]+\.patch$/);
  });
});
