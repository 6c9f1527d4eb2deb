import { posix } from 'node:path';
import type { Parsed } from './parsed.ts';

/** The path of a target's source as GitHub writes it: from the root of the repository, with forward slashes, normalized. */
export function parseSourcePath(text: string): Parsed<string> {
  const problem = (words: string): Parsed<string> => ({ ok: false, problem: words });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a path with one is a mistake or an attack
  if (/[\u0000-\u001f]/.test(text)) return problem('has a control character in it');
  if (text.includes('\\')) return problem(`has a backslash; write forward slashes: "${text.replaceAll('\\', '/')}"`);
  if (posix.isAbsolute(text)) return problem('is absolute; write the path from the root of the repository');
  if (text.split('/').includes('..')) return problem('has ".." in it; write the path from the root of the repository');
  // Compilers would take these for an option and for a file of options.
  if (/^[-@]/.test(posix.normalize(text))) return problem('begins with "-" or "@"; rename the file');
  if (!text.endsWith('.cu')) return problem('is not a .cu file; other kinds of source are not supported yet');
  return { ok: true, value: posix.normalize(text) };
}
