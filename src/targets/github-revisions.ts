import type { Octokit } from '../events/octokit.ts';
import { githubFiles, type ListTree, treeLister } from './github-files.ts';
import type { ChangedFile, Repository } from './repository.ts';
import { unreadableKind } from './text-file.ts';

/** Two commits of a repository, for runs that no pull request asks for. */
export interface Revisions {
  readonly owner: string;
  readonly repo: string;
  /** Full SHAs. */
  readonly before: string;
  readonly after: string;
}

/**
 * A repository between two commits, over GitHub's REST API. What changed is found by comparing their trees, since GitHub's own comparison of
 * commits lists no more than 300 files; folders with the same SHA on both sides are not looked into. A renamed file is one that was removed and one that was added.
 */
export function githubRevisions(octokit: Octokit, revisions: Revisions): Repository {
  const { owner, repo, before, after } = revisions;
  const listTree = treeLister(octokit, revisions);
  return {
    ...githubFiles(octokit, revisions, listTree),
    changedFiles: () => {
      const what = `compare ${before.slice(0, 12)} with ${after.slice(0, 12)} of ${owner}/${repo}`;
      return changesBetween(listTree, what, before, after, '');
    },
  };
}

/** @param before SHA of a tree or a commit; undefined where there is no such folder */
async function changesBetween(
  listTree: ListTree,
  what: string,
  before: string | undefined,
  after: string | undefined,
  folder: string,
): Promise<ChangedFile[]> {
  if (before === after) return [];
  const entriesOf = async (sha: string | undefined) =>
    new Map((sha === undefined ? [] : await listTree(sha, what)).map((entry) => [entry.path, entry]));
  const [old, now] = await Promise.all([entriesOf(before), entriesOf(after)]);
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  const changes = await Promise.all(
    names.map(async (name): Promise<ChangedFile[]> => {
      const [was, is] = [old.get(name), now.get(name)];
      if (was?.sha === is?.sha && was?.mode === is?.mode) return [];
      const path = `${folder}${name}`;
      const folders = [was, is].map((entry) => (isFolder(entry) ? entry?.sha : undefined));
      const below = await changesBetween(listTree, what, folders[0], folders[1], `${path}/`);
      const [wasFile, isFile] = [was !== undefined && !isFolder(was), is !== undefined && !isFolder(is)];
      if (!wasFile && !isFile) return below;
      return [{ path, status: wasFile ? (isFile ? 'modified' : 'removed') : 'added' }, ...below];
    }),
  );
  return changes.flat();
}

function isFolder(entry: { readonly mode: string } | undefined): boolean {
  return entry !== undefined && unreadableKind(entry.mode) === 'a folder';
}
