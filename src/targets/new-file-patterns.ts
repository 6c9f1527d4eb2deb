import { posix } from 'node:path';
import { isPython, type NewFiles, type TargetKind } from '../core/target.ts';
import { quote, type Report } from './issues.ts';
import type { Parsed } from './parsed.ts';
import type { WrittenTarget } from './schema.ts';
import { parseRepositoryPath } from './source-path.ts';

const MOST_PATTERNS = 4;
/** What comes with whatever includes or imports it. Another source would be compiled here, and not by the build of whoever merges it. */
const HEADERS = ['.cuh', '.h', '.hpp'];
const MODULES = ['.py'];

/**
 * Reads where candidates of the target at `source` may add files; undefined where they may not. What is wrong is reported, and the result is then
 * of no use.
 */
export function readNewFiles(written: WrittenTarget, source: string, report: Report): NewFiles | undefined {
  if (written.kind === 'kernel-builder') return undefined;
  const texts = written['new-files'];
  if (texts.length > MOST_PATTERNS) {
    report(['new-files'], `has ${texts.length} patterns, and ${MOST_PATTERNS} are the most; join some of them`);
  }
  const patterns: string[] = [];
  for (const [index, text] of texts.entries()) {
    const parsed = parsePattern(text, source, written.kind);
    if (!parsed.ok) report(['new-files', index], `${quote(text)} ${parsed.problem}`);
    else if (patterns.includes(parsed.value))
      report(['new-files', index], `${quote(text)} stands here a second time; remove it`);
    else patterns.push(parsed.value);
  }
  return patterns.length === 0 ? undefined : { patterns };
}

function parsePattern(text: string, source: string, kind: TargetKind): Parsed<string> {
  const path = parseRepositoryPath(text);
  if (!path.ok) return path;
  const problem = (words: string): Parsed<string> => ({ ok: false, problem: words });
  const { dir: folder, base: name } = posix.parse(path.value);
  const example = exampleBeside(source);
  if (folder === '' || !isWithin(folder, posix.dirname(source)))
    return problem(`does not lie in a folder beside or below the target's file; write for example "${example}"`);
  if (folder.includes('*') || name.includes('**'))
    return problem(
      `has a * that would take folders; name each folder, and write one * in the name of the file: "${example}"`,
    );
  const odd = /[^\w./*-]/.exec(path.value)?.[0];
  if (odd !== undefined)
    return problem(`has "${odd}" in it; a pattern has letters, digits, "_", "-", "." and, in the name of the file, *`);
  if (path.value.split('/').some((part) => part.startsWith('.')))
    return problem('has a part that begins with a dot; such files and folders are for tools, and no code');
  if (path.value.startsWith('kernelwright-'))
    return problem('begins with "kernelwright-", as files of Kernelwright\'s own do; choose another folder');
  const extensions = isPython({ kind }) ? MODULES : HEADERS;
  if (!extensions.includes(posix.extname(name))) {
    const added = isPython({ kind }) ? 'modules (.py)' : `headers (${HEADERS.join(', ')})`;
    return problem(`does not end like what can be added here; to this target candidates can add ${added}`);
  }
  return path;
}

/** In the folder or below it. */
function isWithin(folder: string, of: string): boolean {
  return of === '.' || folder === of || folder.startsWith(`${of}/`);
}

function exampleBeside(source: string): string {
  const { dir, name, ext } = posix.parse(source);
  return posix.join(dir, name, ext === '.py' ? '*.py' : '*.cuh');
}
