import { createHash } from 'node:crypto';

/** The name that git gives a file's bytes: SHA-1, in hex. Two files with the same name are the same file. */
export function gitBlobSha(content: string): string {
  const bytes = Buffer.from(content, 'utf8');
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
