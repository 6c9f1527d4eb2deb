import type { SourceFile } from '../../core/source.ts';
import type { Syntax } from '../../targets/dependencies/syntax.ts';
import type { Constant } from './constants.ts';
import { constantsIn, knownConstants, languageOfPath, merged, tunableOf } from './find.ts';
import type { Tunable, TuneSpace } from './space.ts';

/** What a candidate says of its own constants. */
export interface Declared {
  /** The files without the declarations: what is measured and delivered. */
  readonly files: readonly SourceFile[];
  /** Undefined where nothing was declared, or where something of it was wrong. */
  readonly space?: TuneSpace;
  /** What was wrong, for whoever wrote it. */
  readonly problem?: string;
}

const MARK = 'kernelwright: tune';
const MARKED = /kernelwright:\s*tune\b([^\n\r]*)/g;
const MOST_NAMES = 8;
const MOST_VALUES = 16;
const LARGEST = 1 << 20;

/**
 * Reads the comments `kernelwright: tune BLOCK=64,128,256 VEC=1,2,4` of the files at `proposed` and takes them out. A mistake in one is no failure
 * of the candidate: then nothing is tuned, and `problem` says why.
 *
 * @param proposed the paths that the candidate writes
 */
export async function declaredTunables(
  files: readonly SourceFile[],
  proposed: readonly string[],
  syntax: Syntax,
): Promise<Declared> {
  const declaring: Declaring[] = [];
  for (const file of files) {
    if (!proposed.includes(file.path) || !/kernelwright:\s*tune\b/.test(file.content)) continue;
    const found = await declaringFile(file, syntax);
    if (found !== undefined) declaring.push(found);
  }
  const [first, second] = declaring;
  if (first === undefined) return { files };
  const stripped = files.map((one) => declaring.find(({ file }) => file.path === one.path)?.file ?? one);
  if (second !== undefined) {
    const paths = `${first.file.path} and ${second.file.path}`;
    return { files: stripped, problem: `"${MARK}" stands in ${paths}; name constants of one file only.` };
  }
  const { path, content } = first.file;
  const read = readDeclarations(first.comments);
  if (typeof read === 'string') return { files: stripped, problem: read };
  const { found, limits } = await constantsIn(content, languageOfPath(path), syntax);
  const tunables: Tunable[] = [];
  for (const [name, values] of read) {
    const constant = theOne(name, merged(found));
    if (typeof constant === 'string') return { files: stripped, problem: constant };
    tunables.push(
      tunableOf(
        constant,
        path,
        values.filter((value) => value !== constant.value),
      ),
    );
  }
  return { files: stripped, space: { files: stripped, tunables, limits, constants: knownConstants(found) } };
}

interface Declaring {
  /** Without its declarations. */
  readonly file: SourceFile;
  readonly comments: readonly string[];
}

/** Undefined where the mark stands in no comment. */
async function declaringFile(file: SourceFile, syntax: Syntax): Promise<Declaring | undefined> {
  const comments = await syntax.parse(languageOfPath(file.path), file.content, (root) =>
    root.descendantsOfType('comment').map(({ startIndex, endIndex, text }) => ({ startIndex, endIndex, text })),
  );
  const marked = (comments ?? []).filter(({ text }) => text.search(MARKED) >= 0);
  if (marked.length === 0) return undefined;
  const content = marked.reduceRight(
    (text, { startIndex, endIndex }) => without(text, startIndex, endIndex),
    file.content,
  );
  return { file: { ...file, content }, comments: marked.map(({ text }) => text) };
}

/** A comment that has its lines to itself goes with them, one behind code with the blanks before it. */
function without(text: string, start: number, end: number): string {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  if (!/^[ \t]*(\r?\n|$)/.test(after)) return before + after;
  const code = withoutBlanks(before);
  return code === '' || code.endsWith('\n') ? code + after.replace(/^[ \t]*\r?\n?/, '') : code + after;
}

/** By hand: /[ \t]+$/ takes seconds for a line of 100,000 blanks that something follows. */
function withoutBlanks(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ' || text[end - 1] === '\t') end--;
  return text.slice(0, end);
}

/** The values by name; or what is wrong with the text. */
function readDeclarations(comments: readonly string[]): ReadonlyMap<string, readonly number[]> | string {
  const values = new Map<string, readonly number[]>();
  const texts = comments.flatMap((text) =>
    [...text.matchAll(MARKED)].map(([, rest = '']) => rest.replace(/\*\/.*$/, '')),
  );
  const items = texts.flatMap((text) => text.trim().split(/\s+/)).filter((item) => item !== '');
  if (items.length === 0) return `"${MARK}" names no constant; write for example "${MARK} BLOCK=64,128,256".`;
  for (const item of items) {
    const [, name, list] = /^([A-Za-z_]\w{0,63})=(\d{1,7}(?:,\d{1,7})*)$/.exec(item) ?? [];
    if (name === undefined || list === undefined) {
      return `"${item.slice(0, 80)}" in "${MARK}" is not a name with whole numbers, such as BLOCK=64,128,256, without spaces in it.`;
    }
    const numbers = [...new Set(list.split(',').map(Number))];
    if (values.has(name)) return `"${MARK}" names ${name} twice.`;
    if (numbers.length > MOST_VALUES)
      return `"${MARK}" gives ${name} ${numbers.length} values; ${MOST_VALUES} are the most.`;
    if (numbers.some((number) => number > LARGEST)) return `"${MARK}" gives ${name} a value above ${LARGEST}.`;
    values.set(name, numbers);
  }
  if (values.size > MOST_NAMES) return `"${MARK}" names ${values.size} constants; ${MOST_NAMES} are the most.`;
  return values;
}

/** The constant of a name; what is passed at a kernel's call stands before the default of its parameter. */
function theOne(name: string, constants: readonly Constant[]): Constant | string {
  const all = constants.filter((constant) => constant.name === name);
  const passed = all.filter(({ kind }) => kind !== 'default');
  const meant = passed.length > 0 ? passed : all;
  const [constant] = meant;
  if (constant === undefined) {
    return `"${MARK}" names ${name}, but the file has no such constant with a whole number: write for example "constexpr int ${name} = 128;", "#define ${name} 128" or, in Python, "${name} = 128" or a keyword argument at the kernel's call.`;
  }
  const second = meant.find(({ value }) => value !== constant.value);
  if (second !== undefined) {
    return `"${MARK}" names ${name}, which stands in lines ${constant.line} and ${second.line} with different numbers: it is not clear which is meant.`;
  }
  return { ...constant, places: meant.flatMap(({ places }) => places) };
}
