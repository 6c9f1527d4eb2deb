import { posix } from 'node:path';
import type { SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import { callsOf } from './draft/usage/calls.ts';
import { type Repository, readPlainFile } from './repository.ts';

/** A place in the repository that calls a target, with the lines around it. */
export interface Caller {
  readonly path: string;
  /** Of the call, from 1. */
  readonly line: number;
  readonly excerpt: string;
}

const MOST_CALLERS = 3;
const LINES_BEFORE = 8;
const LINES_AFTER = 6;
const LONGEST_LINE = 300;
/** Each is a request where the repository is on GitHub. */
const MOST_FILES = 40;
const SOURCES = /\.(py|cu|cuh|cpp|cc|cxx|c)$/;
/** Beside the target's own folder, where people call kernels by hand. */
const FOLDERS = ['tests', 'test', 'benchmarks'];
const DECLARES =
  /\b(def|class|extern|__global__|__device__|template)\b|^\s*(static |inline |const )*(void|int|float|auto|\w+::Tensor)[\s&*]+$/;

/**
 * Where the repository calls a target, as far as a look into its own folder and those of tests finds out: what a caller does before and after
 * says what is worth merging into a kernel, and which arguments are usual. One call of each file, the nearest files first.
 *
 * @param files of the target, which are known already
 */
export async function callersOf(
  repository: Pick<Repository, 'readFile' | 'listFiles'>,
  ref: string,
  { entry, source }: Pick<Target, 'entry' | 'source'>,
  files: readonly SourceFile[],
): Promise<readonly Caller[]> {
  if (entry === '') return [];
  const own = posix.dirname(source);
  // The root is no folder of a kernel: listing it would list everything.
  const folders = own === '.' ? FOLDERS : [own, ...FOLDERS];
  const listed = await Promise.all(folders.map((folder) => repository.listFiles(folder, ref)));
  const known = new Set(files.map(({ path }) => path));
  const paths = [...new Set(listed.flat())].filter((path) => SOURCES.test(path) && !known.has(path));
  const callers: Caller[] = [];
  for (const path of paths.slice(0, MOST_FILES)) {
    const text = await readPlainFile(repository, path, ref);
    const caller = text === undefined ? undefined : callIn(path, text, entry);
    if (caller !== undefined) callers.push(caller);
    if (callers.length === MOST_CALLERS) break;
  }
  return callers;
}

function callIn(path: string, text: string, entry: string): Caller | undefined {
  const call = callsOf(entry, text).find(({ before }) => !DECLARES.test(before));
  if (call === undefined) return undefined;
  const lines = text.split(/\r?\n/);
  const around = lines.slice(Math.max(0, call.line - 1 - LINES_BEFORE), call.line + LINES_AFTER);
  return { path, line: call.line, excerpt: around.map((line) => line.slice(0, LONGEST_LINE)).join('\n') };
}
