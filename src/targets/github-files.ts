import { posix } from 'node:path';
import { EnvironmentError } from '../core/errors.ts';
import { explainGitHubError, type Octokit } from '../events/octokit.ts';
import type { Repository } from './repository.ts';
import { checkLength, decodeText, notAFile, pathSegments, unreadableKind } from './text-file.ts';

interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly sha: string;
  readonly size?: number;
}

/** Lists the entries of a commit's root or of a folder, by its SHA. */
export type ListTree = (sha: string, what: string) => Promise<readonly TreeEntry[]>;

/** Of one repository; each folder is asked for once, since what has a SHA does not change. */
export function treeLister(
  octokit: Octokit,
  { owner, repo }: { readonly owner: string; readonly repo: string },
): ListTree {
  const trees = new Map<string, Promise<TreeEntry[]>>();
  return (sha, what) => {
    const tree = trees.get(sha) ?? fetchTree(octokit, { owner, repo, tree_sha: sha }, what);
    trees.set(sha, tree);
    return tree;
  };
}

/**
 * Files of a repository over GitHub's REST API, by full commit SHAs only, so that nothing moves between two reads.
 *
 * Files are found by walking git trees, folder by folder, and read as blobs: the contents API would follow symbolic links
 * without a word, and gives no content above 1 MB.
 */
export function githubFiles(
  octokit: Octokit,
  { owner, repo }: { readonly owner: string; readonly repo: string },
  listTree: ListTree,
): Pick<Repository, 'readFile' | 'listFiles'> {
  return {
    async readFile(path, ref) {
      if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(ref)) throw new Error(`readFile needs a full commit SHA, got "${ref}"`);
      const what = `read ${path} of ${owner}/${repo} at ${ref.slice(0, 12)}`;
      const segments = pathSegments(path);
      let tree = ref;
      for (const [depth, segment] of segments.entries()) {
        const entry = (await listTree(tree, what)).find((candidate) => candidate.path === segment);
        if (entry === undefined) return undefined;
        const kind = unreadableKind(entry.mode);
        if (depth === segments.length - 1 && kind === undefined) {
          return readBlob(octokit, { owner, repo, file_sha: entry.sha }, path, entry.size ?? 0, what);
        }
        if (kind === undefined) return undefined;
        if (depth === segments.length - 1 || kind !== 'a folder')
          throw notAFile(segments.slice(0, depth + 1).join('/'), kind);
        tree = entry.sha;
      }
      return undefined;
    },

    async listFiles(folder, ref) {
      const what = `list ${folder} of ${owner}/${repo} at ${ref.slice(0, 12)}`;
      let tree = ref;
      for (const segment of folder === '.' ? [] : pathSegments(folder)) {
        const entry = (await listTree(tree, what)).find(({ path }) => path === segment);
        if (entry === undefined || unreadableKind(entry.mode) !== 'a folder') return [];
        tree = entry.sha;
      }
      const filesBelow = async (sha: string, at: string): Promise<string[]> => {
        const entries = await listTree(sha, what);
        const found = await Promise.all(
          entries.map(({ path, mode, sha: entry }) => {
            const kind = unreadableKind(mode);
            if (kind === undefined) return [posix.join(at, path)];
            return kind === 'a folder' ? filesBelow(entry, posix.join(at, path)) : [];
          }),
        );
        return found.flat();
      };
      return (await filesBelow(tree, folder)).sort();
    },
  };
}

async function fetchTree(
  octokit: Octokit,
  parameters: { owner: string; repo: string; tree_sha: string },
  what: string,
): Promise<TreeEntry[]> {
  try {
    const { data } = await octokit.rest.git.getTree(parameters);
    if (data.truncated)
      throw new EnvironmentError(`cannot ${what}: GitHub cut the list of a folder with too many files`);
    return data.tree;
  } catch (error) {
    throw explainGitHubError(error, what);
  }
}

async function readBlob(
  octokit: Octokit,
  parameters: { owner: string; repo: string; file_sha: string },
  path: string,
  size: number,
  what: string,
): Promise<string> {
  checkLength(path, size);
  try {
    const { data } = await octokit.rest.git.getBlob(parameters);
    return decodeText(path, Buffer.from(data.content, data.encoding === 'base64' ? 'base64' : 'utf8'));
  } catch (error) {
    throw explainGitHubError(error, what);
  }
}
