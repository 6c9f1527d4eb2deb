import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { applyPatch, parsePatch, type StructuredPatch } from 'diff';
import { ConfigurationError, messageOf } from '../core/errors.ts';
import type { SourceFile } from '../core/source.ts';
import { checkLength, decodeText } from '../targets/text-file.ts';

const LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['.cu', 'CUDA'],
  ['.py', 'Python'],
]);

/**
 * The candidate in a file: the file as it is, or `source` with the patch applied that the file (`.patch`, `.diff`) holds.
 * @throws ConfigurationError when there is no such file, it is in another language than `source`, or the patch is none for `source`.
 */
export async function readCandidate(path: string, source: SourceFile): Promise<SourceFile> {
  const [given, wanted] = [LANGUAGES.get(extname(path)), LANGUAGES.get(extname(source.path))];
  if (given !== undefined && wanted !== undefined && given !== wanted) {
    throw new ConfigurationError(
      `The candidate ${path} is ${given}, but the target's ${source.path} is ${wanted}; name a ${extname(source.path)} file or a patch.`,
    );
  }
  const text = decodeText(path, await readBytes(path));
  return { ...source, content: isPatch(path) ? patched(source, path, text) : text };
}

/**
 * What a candidate makes of the files that it may replace: of the only one, or of those that a patch names, or of the one that has the
 * candidate's own name.
 * @throws ConfigurationError as `readCandidate` does, and when it is for none of them.
 */
export async function readCandidateFiles(path: string, writable: readonly SourceFile[]): Promise<SourceFile[]> {
  const [only] = writable;
  if (only !== undefined && writable.length === 1) return [await readCandidate(path, only)];
  const choices = writable.map((file) => file.path).join(', ');
  if (!isPatch(path)) {
    const named = writable.filter((file) => basename(file.path) === basename(path));
    if (named[0] !== undefined && named.length === 1) return [await readCandidate(path, named[0])];
    throw new ConfigurationError(
      `It is not clear which file the candidate ${path} is for; give it the name of one of these, or make a patch: ${choices}.`,
    );
  }
  return hunksIn(path, decodeText(path, await readBytes(path))).map((part) => {
    const file = writable.find((each) => isFor(part, each.path));
    if (file !== undefined) return { ...file, content: applied(file, path, part) };
    throw new ConfigurationError(
      `The patch ${path} is for ${nameOf(part)}, which a candidate may not change; it may change ${choices}.`,
    );
  });
}

function isPatch(path: string): boolean {
  return ['.patch', '.diff'].includes(extname(path));
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw new ConfigurationError(`The candidate ${path} is a folder; name a file.`);
    checkLength(path, stats.size);
    return await readFile(path);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new ConfigurationError(
      absent ? `The candidate ${path} does not exist.` : `The candidate ${path} cannot be read: ${messageOf(error)}.`,
      { cause: error },
    );
  }
}

function patched(source: SourceFile, path: string, text: string): string {
  const files = hunksIn(path, text);
  const [file] = files;
  if (file === undefined || files.length > 1) {
    throw new ConfigurationError(
      `The patch ${path} changes ${files.length} files (${files.map(nameOf).join(', ')}); a candidate changes ${source.path} and nothing else.`,
    );
  }
  if (!isFor(file, source.path)) {
    throw new ConfigurationError(`The patch ${path} is for ${nameOf(file)}, and not for the target's ${source.path}.`);
  }
  return applied(source, path, file);
}

/** The parts of a patch that change something. */
function hunksIn(path: string, text: string): StructuredPatch[] {
  const files = parse(text).filter(({ hunks }) => hunks.length > 0);
  if (files.length > 0) return files;
  throw new ConfigurationError(
    `${path} holds no patch: nothing in it is a hunk, as "git diff" and "diff -u" write them.`,
  );
}

function isFor({ oldFileName, newFileName }: StructuredPatch, path: string): boolean {
  return [oldFileName, newFileName].some((name) => isPathOf(name, path));
}

function applied(source: SourceFile, path: string, part: StructuredPatch): string {
  if (part.newFileName === '/dev/null') {
    throw new ConfigurationError(`The patch ${path} deletes ${source.path}, which leaves nothing to measure.`);
  }
  const content = applyPatch(source.content, part);
  if (content === false) {
    throw new ConfigurationError(
      `The patch ${path} does not apply to ${source.path} as it is in the working tree: check out the commit that it was made for.`,
    );
  }
  return content;
}

/** What cannot be parsed is no patch. The parser would take the signature of `git format-patch` for a removed line. */
function parse(text: string): StructuredPatch[] {
  try {
    return parsePatch(text.replace(/\n-- \n\d[^\n]*\n*$/, '\n'));
  } catch {
    return [];
  }
}

/** `a/kernels/x.cu` and `kernels/x.cu`; also from the root of a checkout of which the project is a folder. */
function isPathOf(name: string | undefined, path: string): boolean {
  return name === path || name?.endsWith(`/${path}`) === true;
}

function nameOf({ oldFileName, newFileName }: StructuredPatch): string {
  const name = newFileName === undefined || newFileName === '/dev/null' ? oldFileName : newFileName;
  return name?.replace(/^[ab]\//, '') ?? 'a file without a name';
}
