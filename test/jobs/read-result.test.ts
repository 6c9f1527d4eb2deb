import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import { readResult } from '../../src/jobs/read-result.ts';

let root: string;
let folder: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kernelwright-results-'));
  folder = join(root, 'results');
  for (const name of ['0', '1', '2', '3', '4/outcome.json']) await mkdir(join(folder, name), { recursive: true });
  await mkdir(join(root, 'secret'));
  await writeFile(join(root, 'secret', 'outcome.json'), '{"secret":1}');
  await writeFile(join(folder, '0', 'outcome.json'), '{"ä":1}');
  await symlink('../../secret/outcome.json', join(folder, '1', 'outcome.json'));
  await symlink('../secret', join(folder, 'link'));
  await writeFile(join(folder, '2', 'outcome.json'), '');
  await truncate(join(folder, '2', 'outcome.json'), 64 * 1024 * 1024 + 1);
  execFileSync('mkfifo', [join(folder, '3', 'outcome.json')]);
});
afterAll(() => rm(root, { recursive: true }));

it('a file is read, also where the folder itself is reached by a link', async () => {
  expect(await readResult(folder, '0/outcome.json')).toBe('{"ä":1}');
  await symlink('results', join(root, 'artifacts'));
  expect(await readResult(join(root, 'artifacts'), '0/outcome.json')).toBe('{"ä":1}');
});

it.each([
  ['a link out of the artifacts', '1/outcome.json', /symbolic link/],
  ['a file behind a link', 'link/outcome.json', /symbolic link/],
  ['more than there can be', '2/outcome.json', /it has 67108865 bytes/],
  ['a pipe, which nobody may ever write to', '3/outcome.json', /it is no file/],
  ['a folder', '4/outcome.json', /it is no file/],
  ['nothing', '5/outcome.json', /ENOENT/],
])('%s is not', async (_, name, why) => {
  await expect(readResult(folder, name)).rejects.toThrow(EnvironmentError);
  await expect(readResult(folder, name)).rejects.toThrow(why);
  await expect(readResult(folder, name)).rejects.not.toThrow(/secret/);
});
