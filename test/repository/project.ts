import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the checkout that is under test. */
export const ROOT = join(import.meta.dirname, '..', '..');

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Files that are committed, or would be by `git add --all`; paths from the root. */
export function projectFiles(...patterns: string[]): string[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', ...patterns];
  const output = execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' });
  return output.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)));
}
