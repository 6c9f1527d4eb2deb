import { createHash } from 'node:crypto';

/** One file of a target or of a proposal. */
export interface SourceFile {
  /** Path from the root of the repository, with forward slashes. */
  readonly path: string;
  readonly content: string;
}

/** A proposed replacement for the files of a target. */
export interface Candidate {
  readonly files: readonly SourceFile[];
  /** `hashFiles(files)`: what is delivered must have the hash of what was measured. */
  readonly hash: string;
}

/** SHA-256, in hex, over paths and contents in the order of the paths; lengths are hashed too, so no two sets collide by concatenation. */
export function hashFiles(files: readonly SourceFile[]): string {
  const hash = createHash('sha256');
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const content = Buffer.from(file.content, 'utf8');
    hash.update(`${Buffer.byteLength(file.path)}:${file.path}:${content.length}:`);
    hash.update(content);
  }
  return hash.digest('hex');
}

export function candidateOf(files: readonly SourceFile[]): Candidate {
  return { files, hash: hashFiles(files) };
}
