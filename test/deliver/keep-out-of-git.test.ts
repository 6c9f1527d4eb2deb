import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepOutOfGit } from '../../src/deliver/keep-out-of-git.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'ignored-')), '.kernelwright');
  mkdirSync(folder);
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

describe('keepOutOfGit', () => {
  it('makes git ignore all of our folder', async () => {
    await keepOutOfGit(folder, join(folder, 'report'));
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('leaves what a user wrote', async () => {
    writeFileSync(join(folder, '.gitignore'), 'report\n');
    await keepOutOfGit(folder, folder);
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('report\n');
  });

  it('does nothing where the files went elsewhere', async () => {
    await keepOutOfGit(folder, `${folder}-other`);
    expect(readdirSync(folder)).toEqual([]);
  });
});
