import { posix } from 'node:path';
import type { Include } from './includes.ts';

/**
 * Folders in which the compilers look for what a source includes, in their order: each `include` beside the source or above it, the nearest
 * first, then `csrc/include` and the root of the repository. The harness gives compilers the same list (`build/include_folders.py`).
 */
export function includeFolders(source: string): string[] {
  const above: string[] = [];
  for (let folder = posix.dirname(source); folder !== '.'; folder = posix.dirname(folder)) {
    above.push(`${folder}/include`);
  }
  return [...new Set([...above, 'include', 'csrc/include', '.'])];
}

/** Where an included file can be, the first place first: paths from the root of the repository. `folders` are those of the target's source. */
export function includePlaces(from: string, { name, quoted }: Include, folders: readonly string[]): string[] {
  // What has no extension is C++'s own; what is absolute is the machine's.
  if (posix.isAbsolute(name) || (!quoted && !posix.basename(name).includes('.'))) return [];
  const searched = quoted ? [posix.dirname(from), ...folders] : folders;
  return [...new Set(searched.map((folder) => posix.join(folder, name)))].filter((path) => !path.startsWith('../'));
}
