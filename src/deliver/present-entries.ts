import type { Octokit } from '@octokit/rest';
import type { Delivery } from './delivery.ts';

/** What a tree has at a path. `blocked`: something that must not be written over or through; the reason is a clause. */
export type Entry =
  | { readonly kind: 'file'; readonly mode: FileMode; readonly sha: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'blocked'; readonly reason: string };

export type FileMode = '100644' | '100755';

interface Listed {
  readonly path?: string;
  readonly mode?: string;
  readonly sha?: string;
}

interface Folder {
  readonly entries: readonly Listed[];
  readonly truncated: boolean;
}

/** What stands in the way, by git's mode for it. */
const BLOCKING: Readonly<Record<string, string>> = { '120000': 'a symbolic link', '160000': 'a submodule' };

/**
 * Looks up paths in a tree, folder by folder: a whole listing of a large repository would be cut by GitHub, and a path through a symbolic
 * link or into a submodule shows on the way. Fails as Octokit does.
 */
export async function presentEntries(
  octokit: Octokit,
  { owner, repo }: Pick<Delivery, 'owner' | 'repo'>,
  tree: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Entry>> {
  const folders = new Map<string, Promise<Folder>>();
  const list = (sha: string): Promise<Folder> => {
    const known = folders.get(sha) ?? listFolder(octokit, owner, repo, sha);
    folders.set(sha, known);
    return known;
  };
  const found = new Map<string, Entry>();
  for (const path of paths) found.set(path, await entryAt(list, tree, path.split('/')));
  return found;
}

async function entryAt(list: (sha: string) => Promise<Folder>, root: string, parts: readonly string[]): Promise<Entry> {
  let sha = root;
  for (const [index, part] of parts.entries()) {
    const { entries, truncated } = await list(sha);
    const entry = entries.find(({ path }) => path === part);
    const here = parts.slice(0, index + 1).join('/');
    if (entry?.mode === undefined || entry.sha === undefined) {
      const alike = entries.find(({ path }) => path?.toLowerCase() === part.toLowerCase())?.path;
      if (alike !== undefined) return blocked(`${here} would differ from ${alike} only in upper and lower case`);
      return truncated ? blocked(`GitHub lists the folder of ${here} only in part`) : { kind: 'absent' };
    }
    const { mode } = entry;
    const what = BLOCKING[mode];
    if (what !== undefined) return blocked(`${here} is ${what}`);
    const isLast = index === parts.length - 1;
    if (isLast && (mode === '100644' || mode === '100755')) return { kind: 'file', mode, sha: entry.sha };
    if (isLast || mode !== '040000') return blocked(`${here} is ${mode === '040000' ? 'a folder' : 'no folder'}`);
    sha = entry.sha;
  }
  return { kind: 'absent' };
}

async function listFolder(octokit: Octokit, owner: string, repo: string, sha: string): Promise<Folder> {
  const { data } = await octokit.rest.git.getTree({ owner, repo, tree_sha: sha });
  return { entries: data.tree, truncated: data.truncated };
}

function blocked(reason: string): Entry {
  return { kind: 'blocked', reason };
}
