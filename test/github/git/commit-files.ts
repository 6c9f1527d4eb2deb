import { formatSignature, type Signature } from './commits.ts';
import { git, gitText } from './run.ts';

/** Content by path; null removes the path. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

export interface FilesCommit {
  readonly branch: string;
  /** Commit to build on; none for the first commit. */
  readonly parent?: string;
  readonly files: Files;
  readonly message: string;
  readonly author: Signature;
}

/** Commits any number of files in one process, moves the branch there, and returns the commit's SHA. */
export async function commitFiles(directory: string, commit: FilesCommit): Promise<string> {
  const ref = `refs/heads/${commit.branch}`;
  await git(directory, ['fast-import', '--quiet', '--force'], { input: fastImportStream(ref, commit) });
  return gitText(directory, ['rev-parse', ref]);
}

function fastImportStream(ref: string, { parent, files, message, author }: FilesCommit): Buffer {
  const parts: (string | Uint8Array)[] = [`commit ${ref}\ncommitter ${formatSignature(author)}\n`, ...data(message)];
  if (parent !== undefined) parts.push(`from ${parent}\n`);
  for (const [path, content] of Object.entries(files)) {
    if (content === null) parts.push(`D ${path}\n`);
    else parts.push(`M 100644 inline ${path}\n`, ...data(content));
  }
  parts.push('done\n');
  return Buffer.concat(parts.map(bytesOf));
}

function data(content: string | Uint8Array): (string | Uint8Array)[] {
  const bytes = bytesOf(content);
  return [`data ${bytes.length}\n`, bytes, '\n'];
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
}
