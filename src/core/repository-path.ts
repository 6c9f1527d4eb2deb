import { posix } from 'node:path';

/**
 * What is wrong with the path of a file or folder of the repository, as words that follow it; undefined when it is one as GitHub
 * writes them: from the root, with forward slashes.
 */
export function repositoryPathProblem(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a path with one is a mistake or an attack
  if (/[\u0000-\u001f]/.test(text)) return 'has a control character in it';
  if (text.includes('\\')) return `has a backslash; write forward slashes: "${text.replaceAll('\\', '/')}"`;
  // nvcc has a shell run its steps, and the shell would run what such a name holds.
  const expanded = /["$`]/.exec(text)?.[0];
  if (expanded !== undefined) return `has ${expanded} in it, which the shell of a compiler would expand; rename it`;
  if (posix.isAbsolute(text)) return 'is absolute; write the path from the root of the repository';
  if (text.split('/').includes('..')) return 'has ".." in it; write the path from the root of the repository';
  // Compilers and Python would take these for an option and for a file of options.
  if (/^[-@]/.test(posix.normalize(text))) return 'begins with "-" or "@"; rename the file';
  if (text.includes('://')) return 'is an address; write the path of a file of the repository, from its root';
  return undefined;
}
