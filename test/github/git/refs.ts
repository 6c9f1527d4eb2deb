import { git, gitText, tryGitText } from './run.ts';

export interface Ref {
  /** In full: `refs/heads/main`. */
  readonly name: string;
  readonly sha: string;
  readonly type: 'commit' | 'tag' | 'tree' | 'blob';
}

/** The commit that a branch, tag, full ref or (abbreviated) SHA names; undefined when there is none. */
export async function resolveCommit(directory: string, name: string): Promise<string | undefined> {
  if (name === '' || name.startsWith('-')) return undefined;
  return tryGitText(directory, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
}

/** Refs whose full name starts with `prefix`, sorted by name. */
export async function listRefs(directory: string, prefix = 'refs/'): Promise<Ref[]> {
  const out = await gitText(directory, ['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)']);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [sha = '', type = '', name = ''] = line.split(' ');
      return { sha, type: type as Ref['type'], name };
    })
    .filter((ref) => ref.name.startsWith(prefix));
}

export async function findRef(directory: string, name: string): Promise<Ref | undefined> {
  return (await listRefs(directory, name)).find((ref) => ref.name === name);
}

/** Moves or creates a ref; with `expected`, only if it still points there, so that of two racing updates one loses. */
export async function writeRef(directory: string, name: string, sha: string, expected?: string): Promise<void> {
  await git(directory, ['update-ref', name, sha, ...(expected === undefined ? [] : [expected])]);
}

export async function deleteRef(directory: string, name: string): Promise<void> {
  await git(directory, ['update-ref', '-d', name]);
}

export async function isValidRefName(directory: string, name: string): Promise<boolean> {
  return (await tryGitText(directory, ['check-ref-format', name])) !== undefined;
}

export async function isAncestor(directory: string, ancestor: string, descendant: string): Promise<boolean> {
  return (await tryGitText(directory, ['merge-base', '--is-ancestor', ancestor, descendant])) !== undefined;
}

/** Makes the history behind `name` of another repository readable here; with `to`, under that ref. */
export async function fetchFrom(directory: string, source: string, name: string, to?: string): Promise<void> {
  const refspec = to === undefined ? name : `+${name}:${to}`;
  await git(directory, ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', source, refspec]);
}
