import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError, messageOf } from '../core/errors.ts';
import { gitIn } from './git.ts';

/** More files than that are no repository, but a disk. */
const MOST_FILES = 200_000;

/**
 * All files of a checkout, sorted, from `root`: those that git knows or would know, else those of the folder.
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
    const listed = await gitIn(root)(['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
    return listed.toString().split('\0').slice(0, -1);
  } catch (error) {
    if (error instanceof EnvironmentError) return undefined;
    throw error;
  }
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
