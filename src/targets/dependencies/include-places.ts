import { posix } from 'node:path';
import { isPathInside } from '../text-file.ts';
import type { Include } from './includes.ts';

/** In characters; no system opens a path that is longer. */
const LONGEST_NAME = 4096;

/**
 * Folders in which the compilers look for what the sources of a target include, in their order: those that the configuration `named`, each `include`
 * beside a source or above it, the nearest first and one source after the other, then `csrc/include` and the root of the repository. The harness gives
 * compilers the same list (`build/include_folders.py`).
 */
export function includeFolders(sources: readonly string[], named: readonly string[] = []): string[] {
  const above = sources.flatMap((source) => foldersAbove(source).map((folder) => `${folder}/include`));
  return [...new Set([...named, ...above, 'include', 'csrc/include', '.'])];
}

/** `a/b` and `a` of `a/b/c.cu`. */
function foldersAbove(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? [] : [folder, ...foldersAbove(folder)];
}

/**
 * Where an included file can be, the first place first: paths from the root of the repository, none for a name that can be no file of it.
 * `folders` are those of the target's source.
 */
export function includePlaces(from: string, { name, quoted }: Include, folders: readonly string[]): string[] {
  // What has no extension is C++'s own; what is absolute is the machine's.
  if (posix.isAbsolute(name) || (!quoted && !posix.basename(name).includes('.'))) return [];
  if (name.length > LONGEST_NAME) return [];
  const searched = quoted ? [posix.dirname(from), ...folders] : folders;
  return [...new Set(searched.map((folder) => posix.join(folder, name)))].filter(isPathInside);
}
