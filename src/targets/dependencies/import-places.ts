import { posix } from 'node:path';
import type { Import } from './imports.ts';

/** Folders from which absolute imports are searched, before that of the file itself: the runner does the same. */
const ROOTS = ['.', 'src'];

/**
 * What an import in the file `from` may bring in: one list for each module, with the paths where it can be, the first place first. The packages on
 * the way are among them, since Python runs their `__init__.py`. Paths are from the root of the repository.
 */
export function importPlaces(from: string, { level, module, names }: Import): string[][] {
  const folder = posix.dirname(from);
  const bases =
    level === 0 ? [...new Set([...ROOTS, folder, ...foldersOf(module[0], folder)])] : packageAbove(from, level);
  const own = level === 0 ? [] : ancestors(folder).map((one) => [`${one}/__init__.py`]);
  const way = module.map((_, index) => module.slice(0, index + 1));
  const packages = way.slice(0, -1).map((name) => bases.map((base) => posix.join(base, ...name, '__init__.py')));
  const modules = [...way.slice(-1), ...names.map((name) => [...module, name])];
  return [...own, ...packages, ...modules.map((name) => bases.flatMap((base) => placesOf(base, name)))].filter(
    (places) => places.length > 0,
  );
}

/** A package goes before a module of the same name, as in Python. */
function placesOf(base: string, name: readonly string[]): string[] {
  const path = posix.join(base, ...name);
  return [`${path}/__init__.py`, `${path}.py`];
}

/** The folder that so many dots name; none when they lead out of the repository. */
function packageAbove(from: string, level: number): string[] {
  const base = posix.join(posix.dirname(from), ...Array<string>(level - 1).fill('..'));
  return base === '..' || base.startsWith('../') ? [] : [base];
}

/** `python` of the package `ours` for `python/ours/ops`: a package imports itself by its name wherever a repository keeps it. */
function foldersOf(name: string | undefined, folder: string): string[] {
  return ancestors(folder).flatMap((one) => (posix.basename(one) === name ? [posix.dirname(one)] : []));
}

/** `a/b` and `a` of `a/b`; not the root, which is no package. */
function ancestors(folder: string): string[] {
  return folder === '.' ? [] : [folder, ...ancestors(posix.dirname(folder))];
}
