import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError, messageOf } from '../core/errors.ts';
import { gitIn } from './git.ts';
import { unreadableKind } from './text-file.ts';

/** More files than that are no repository, but a disk. */
const MOST_FILES = 200_000;

/**
 * All plain files of a checkout, sorted, from `root`: those that git knows or would know, else those of the folder. On GitHub links and submodules are
 * none; what a link leads to in the repository is listed by itself.
 *
 * @param isSkipped tells by a folder's name that nothing in it is wanted, where there is no git to ask
 */
export async function listLocalFiles(root: string, isSkipped: (folder: string) => boolean): Promise<string[]> {
  const files = (await listByGit(root)) ?? (await listFolder(root, isSkipped));
  return [...new Set(files)].sort();
}

/** Undefined where there is no git, or no repository of it. */
async function listByGit(root: string): Promise<string[] | undefined> {
  try {
    const git = gitIn(root);
    const known = parts(await git(['ls-files', '-z', '--stage']));
    const others = parts(await git(['ls-files', '-z', '--others', '--exclude-standard']));
    return [...known.flatMap((line) => plainFile(line) ?? []), ...(await withoutLinks(root, others))];
  } catch (error) {
    if (error instanceof EnvironmentError) return undefined;
    throw error;
  }
}

function parts(output: Buffer): string[] {
  return output.toString().split('\0').slice(0, -1);
}

/** The path in a line of `ls-files --stage`, unless it is that of a link or a submodule. */
function plainFile(line: string): string | undefined {
  const [, mode = '', path = ''] = /^(\d+) [^\t]*\t(.*)$/s.exec(line) ?? [];
  return unreadableKind(mode) === undefined ? path : undefined;
}

/** Of files that git does not know it tells no mode. */
async function withoutLinks(root: string, paths: readonly string[]): Promise<string[]> {
  const links = await Promise.all(
    paths.map(async (path) => (await lstat(join(root, path)).catch(() => undefined))?.isSymbolicLink()),
  );
  return paths.filter((_, index) => links[index] !== true);
}

/** Links are not followed: they could lead anywhere. */
async function listFolder(root: string, isSkipped: (folder: string) => boolean): Promise<string[]> {
  const files: string[] = [];
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined && files.length < MOST_FILES; folder = waiting.pop()) {
    for (const entry of await entriesOf(join(root, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory() && !isSkipped(entry.name)) waiting.push(path);
    }
  }
  return files;
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw new EnvironmentError(`The folder ${folder} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}
