import { posix } from 'node:path';
import picomatch from 'picomatch';
import type { SourceFile } from '../core/source.ts';
import type { NewFiles } from '../core/target.ts';

/** Of one candidate. */
export const MOST_NEW_FILES = 4;
/** Of one candidate's new files together. */
const MOST_BYTES = 1024 * 1024;

/** Tools run or load these by their names alone, whatever imports them. */
const RUN_BY_TOOLS = /^(__\w*|conftest|setup|sitecustomize|usercustomize|test_.*|.*_test)\.py$/i;

/** Of a header what every compiler and shell takes as it stands; of a module what can be imported. */
const NAME = /^[A-Za-z0-9_][\w.-]*\.(cuh|h|hpp)$/;
const MODULE_NAME = /^[A-Za-z_]\w*\.py$/;

/**
 * What is wrong with the files that a candidate adds, as a clause that begins with a path or a number; undefined where all of them may be added.
 * Paths that differ only in the case of their letters are one path: on some machines they are.
 *
 * @param newFiles of the target; undefined where nothing may be added
 * @param present the target's own files
 */
export function newFilesProblem(
  added: readonly SourceFile[],
  newFiles: NewFiles | undefined,
  present: readonly SourceFile[],
): string | undefined {
  if (added.length === 0) return undefined;
  const { patterns = [], taken = [] } = newFiles ?? {};
  const matches = matcherOf(patterns);
  const there = new Set([...taken, ...present.map(({ path }) => path)].map(folded));
  for (const { path, content } of added) {
    const name = JSON.stringify(path.slice(0, 200));
    if (!matches(path) || posix.normalize(path) !== path) return `${name} is not a path at which a file may be added`;
    const base = posix.basename(path);
    if (RUN_BY_TOOLS.test(base)) return `${name} has a name that tools run or load by themselves`;
    if (!(path.endsWith('.py') ? MODULE_NAME : NAME).test(base))
      return `${name} has a name that cannot be included or imported everywhere`;
    if (there.has(folded(path))) return `${name} is there already, or differs from a file only in upper and lower case`;
    there.add(folded(path));
    if (content.trim() === '') return `${name} is empty`;
    if (content.includes('\0') || !content.isWellFormed()) return `${name} holds characters that no source file may`;
  }
  if (added.length > MOST_NEW_FILES) return `${added.length} files are added, and ${MOST_NEW_FILES} are the most`;
  const bytes = added.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return bytes > MOST_BYTES ? `${added.length} files are added that together are larger than 1 MiB` : undefined;
}

/** The files that are there at a path that a pattern takes, whatever the case of its letters. `list` gives the files below a folder. */
export async function takenBy(
  patterns: readonly string[],
  list: (folder: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const folders = [...new Set(patterns.map((pattern) => posix.dirname(pattern)))];
  const files = (await Promise.all(folders.map(list))).flat();
  const matches = picomatch([...patterns], { nocase: true, dot: true });
  return [...new Set(files)].filter((path) => matches(path)).sort();
}

function matcherOf(patterns: readonly string[]): (path: string) => boolean {
  return patterns.length === 0 ? () => false : picomatch([...patterns]);
}

function folded(path: string): string {
  return path.toLowerCase();
}
