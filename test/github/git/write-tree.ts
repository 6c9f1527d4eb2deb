import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listTree } from './objects.ts';
import { git, gitText } from './run.ts';

export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  /** Null removes the path. */
  readonly sha: string | null;
}

/** Writes the tree that `base` (or an empty tree) becomes by the changes; a tree's SHA can stand at a path too. */
export async function writeTree(
  directory: string,
  base: string | undefined,
  changes: readonly TreeChange[],
): Promise<string> {
  const index = join(directory, `index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    await git(directory, base === undefined ? ['read-tree', '--empty'] : ['read-tree', base], { env });
    const files = await Promise.all(changes.map((change) => filesOf(directory, change)));
    const lines = files
      .flat()
      .map(({ path, mode, sha }) => (sha === null ? `0 ${'0'.repeat(40)}\t${path}\0` : `${mode} ${sha}\t${path}\0`));
    // A file may take the place of a directory, and the other way round.
    const args = ['update-index', '-z', '--replace', '--index-info'];
    await git(directory, args, { env, input: lines.join('') });
    return await gitText(directory, ['write-tree'], { env });
  } finally {
    await rm(index, { force: true });
  }
}

/** An index knows only files, so a tree is put at its path file by file. */
async function filesOf(directory: string, change: TreeChange): Promise<TreeChange[]> {
  if (change.mode !== '040000' || change.sha === null) return [change];
  const entries = await listTree(directory, change.sha, { recursive: true });
  return entries
    .filter(({ type }) => type !== 'tree')
    .map(({ path, mode, sha }) => ({ path: `${change.path}/${path}`, mode, sha }));
}
