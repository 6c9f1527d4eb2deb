import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { applyPatch, parsePatch, type StructuredPatch } from 'diff';
import { ConfigurationError, messageOf } from '../core/errors.ts';
import type { SourceFile } from '../core/source.ts';
import type { TargetFiles } from '../refine/target-files.ts';
import { newFilesProblem } from '../targets/new-files.ts';
import { checkLength, decodeText } from '../targets/text-file.ts';

const LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['.cu', 'CUDA'],
  ['.py', 'Python'],
]);

/**
 * What the candidate in a file makes of a target's own files, of which the first is its source: the file is the new text of one of them, or holds a
 * patch (`.patch`, `.diff`) for any, which may also add files where the target lets it. All of them are given back, in their order.
 * @throws ConfigurationError when there is no such file, it is in another language than the source, it is not clear which it is for, or the patch is for
 * other files.
 */
export async function readCandidate(path: string, files: TargetFiles): Promise<SourceFile[]> {
  const [source, ...others] = files.writable;
  if (source === undefined) return [];
  const [given, wanted] = [LANGUAGES.get(extname(path)), LANGUAGES.get(extname(source.path))];
  if (given !== undefined && wanted !== undefined && given !== wanted) {
    throw new ConfigurationError(
      `The candidate ${path} is ${given}, but the target's ${source.path} is ${wanted}; name a ${extname(source.path)} file or a patch.`,
    );
  }
  const text = decodeText(path, await readBytes(path));
  const own = [source, ...others];
  if (isPatch(path)) return patched(files, path, text);
  const replaced = fileMeant(path, own);
  return own.map((file) => (file === replaced ? { ...file, content: text } : file));
}

/** Of several files the one that has the candidate's name; else the source, where no other file is of the candidate's kind. */
function fileMeant(path: string, own: readonly SourceFile[]): SourceFile | undefined {
  const [source] = own;
  if (own.length === 1) return source;
  const named = own.filter((file) => basename(file.path) === basename(path));
  if (named.length === 1) return named[0];
  const alike = own.filter((file) => extname(file.path) === extname(path));
  if (alike.length === 1 && alike[0] === source) return source;
  throw new ConfigurationError(
    `It is not clear which file the candidate ${path} is for; give it the name of one of these, or make a patch: ${namesOf(own)}.`,
  );
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

function patched({ writable: own, readOnly, newFiles }: TargetFiles, path: string, text: string): SourceFile[] {
  const all = parse(text).filter(({ hunks }) => hunks.length > 0);
  const isAdded = ({ oldFileName }: StructuredPatch) => newFiles !== undefined && oldFileName === '/dev/null';
  const files = all.filter((file) => !isAdded(file));
  const [first] = all;
  if (first === undefined) {
    throw new ConfigurationError(
      `${path} holds no patch: nothing in it is a hunk, as "git diff" and "diff -u" write them.`,
    );
  }
  if (files.length > own.length) {
    throw new ConfigurationError(
      `The patch ${path} changes ${files.length} files (${files.map(nameOf).join(', ')}); a candidate changes ${namesOf(own)} and nothing else.`,
    );
  }
  const stranger = files.find((file) => !own.some((source) => isFor(file, source)));
  if (stranger !== undefined) {
    throw new ConfigurationError(
      `The patch ${path} is for ${nameOf(stranger)}, and not for the target's ${namesOf(own)}.`,
    );
  }
  const added = all.filter(isAdded).map((file) => {
    const source = { path: nameOf(file), content: '' };
    return { ...source, content: applied(source, path, file) };
  });
  const problem = newFilesProblem(added, newFiles, [...own, ...readOnly]);
  if (problem !== undefined) throw new ConfigurationError(`The patch ${path} adds what may not be added: ${problem}.`);
  const replaced = own.map((source) => {
    const file = files.find((one) => isFor(one, source));
    return file === undefined ? source : { ...source, content: applied(source, path, file) };
  });
  return [...replaced, ...added];
}

function applied(source: SourceFile, path: string, file: StructuredPatch): string {
  if (file.newFileName === '/dev/null') {
    throw new ConfigurationError(`The patch ${path} deletes ${source.path}, which leaves nothing to measure.`);
  }
  const content = applyPatch(source.content, file);
  if (content === false) {
    throw new ConfigurationError(
      `The patch ${path} does not apply to ${source.path} as it is in the working tree: check out the commit that it was made for.`,
    );
  }
  return content;
}

function isFor({ oldFileName, newFileName }: StructuredPatch, source: SourceFile): boolean {
  return [oldFileName, newFileName].some((name) => isPathOf(name, source.path));
}

function namesOf(files: readonly SourceFile[]): string {
  return files.map((file) => file.path).join(', ');
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
