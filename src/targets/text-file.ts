import { ConfigurationError } from '../core/errors.ts';

/** Longer files are no kernels and no configurations. */
const LONGEST_FILE = 4 * 1024 * 1024;

/** Whether a path is one from the root of a repository to something in it, as far as its text tells. */
export function isPathInside(path: string): boolean {
  return path
    .split('/')
    .every((segment) => segment !== '' && segment !== '.' && segment !== '..' && !segment.includes('\0'));
}

/**
 * The segments of a path inside a repository.
 * @throws ConfigurationError when the path could lead out of it.
 */
export function pathSegments(path: string): string[] {
  if (isPathInside(path)) return path.split('/');
  throw new ConfigurationError(
    `${JSON.stringify(path)} is not a path from the root of the repository; write it without "..", "." and a leading "/"`,
  );
}

/** @throws ConfigurationError for a file that is too long to be read. */
export function checkLength(path: string, bytes: number): void {
  if (bytes <= LONGEST_FILE) return;
  throw new ConfigurationError(`${path} has ${bytes} bytes; files of up to ${LONGEST_FILE / 1024 ** 2} MiB are read`);
}

/**
 * The text of a file, byte for byte: what is delivered later must be what was read.
 * @throws ConfigurationError when it is not UTF-8.
 */
export function decodeText(path: string, bytes: Uint8Array): string {
  checkLength(path, bytes.length);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new ConfigurationError(`${path} is not UTF-8 text; save it as UTF-8`, { cause: error });
  }
}

/** What a git tree holds in place of a plain file, by its mode; undefined for a plain file. */
export function unreadableKind(mode: string): string | undefined {
  if (mode === '120000') return 'a symbolic link';
  if (mode === '160000') return 'a submodule';
  return mode === '040000' ? 'a folder' : undefined;
}

/** A path that is there and is no plain file of the repository: whoever searches goes on to the next place, as compilers do. */
export class NotAPlainFile extends ConfigurationError {}

export function notAFile(path: string, kind: string): NotAPlainFile {
  return new NotAPlainFile(
    `${path} is ${kind}; only plain files are read: put the file itself there, or change the path`,
  );
}
