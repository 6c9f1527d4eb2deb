import { git, gitText, tryGitText } from './run.ts';

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  /** Bytes of a blob. */
  readonly size?: number;
}

const SHA = /^[0-9a-f]{40}$/;

/** What kind of object has this full SHA; undefined when none has. */
export async function objectType(directory: string, sha: string): Promise<ObjectType | undefined> {
  if (!SHA.test(sha)) return undefined;
  return (await tryGitText(directory, ['cat-file', '-t', sha])) as ObjectType | undefined;
}

export function readBlob(directory: string, sha: string): Promise<Buffer> {
  return git(directory, ['cat-file', 'blob', sha]);
}

export function writeBlob(directory: string, content: string | Uint8Array): Promise<string> {
  return gitText(directory, ['hash-object', '-w', '--stdin'], { input: content });
}

/** Entries of a tree (or of the tree of a commit); with `path`, only the entry at that path. */
export async function listTree(
  directory: string,
  treeish: string,
  options: { readonly recursive?: boolean; readonly path?: string } = {},
): Promise<TreeEntry[]> {
  const args = ['ls-tree', '-z', '-l', '--full-tree', ...(options.recursive ? ['-r', '-t'] : []), treeish];
  const out = await gitText(directory, options.path === undefined ? args : [...args, '--', options.path]);
  return out
    .split('\0')
    .filter((record) => record !== '')
    .map(parseEntry);
}

function parseEntry(record: string): TreeEntry {
  const [meta = '', path = ''] = splitOnce(record, '\t');
  const [mode = '', type = '', sha = '', size = '-'] = meta.split(/ +/);
  return { path, mode, type: type as TreeEntry['type'], sha, ...(size === '-' ? {} : { size: Number(size) }) };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
