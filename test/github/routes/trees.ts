import { z } from 'zod';
import { notFound, unprocessable } from '../errors.ts';
import { listTree, objectType, writeBlob } from '../git/objects.ts';
import { tryGitText } from '../git/run.ts';
import { type TreeChange, writeTree } from '../git/write-tree.ts';
import type { Repository } from '../repository.ts';
import { bodyOf, created, ok, type Reply, type RepositoryCall, type Route } from '../route.ts';

export const TREE_ROUTES: readonly Route[] = [
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/git/trees/{tree_sha}',
    docs: '/git/trees#get-a-tree',
    needs: [{ contents: 'read' }],
    handle: getTree,
  },
  {
    scope: 'repository',
    method: 'POST',
    template: '/repos/{owner}/{repo}/git/trees',
    docs: '/git/trees#create-a-tree',
    needs: [{ contents: 'write' }],
    handle: createTree,
  },
];

/** The SHA of a tree, or anything that leads to one: a commit, a branch. Any `recursive` at all asks for all levels. */
async function getTree({ repository, params, url }: RepositoryCall): Promise<Reply> {
  const sha = await treeOf(repository, params.tree_sha ?? '');
  if (sha === undefined) throw notFound();
  return ok(await renderTree(repository, sha, url.searchParams.has('recursive')));
}

const Entry = z.object({
  path: z.string(),
  mode: z.enum(['100644', '100755', '040000', '160000', '120000']).default('100644'),
  type: z.enum(['blob', 'tree', 'commit']).optional(),
  sha: z.string().nullable().optional(),
  content: z.string().optional(),
});

const NewTree = z.object({ base_tree: z.string().optional(), tree: z.array(Entry) });

async function createTree(call: RepositoryCall): Promise<Reply> {
  const { repository } = call;
  const { base_tree, tree } = bodyOf(call, NewTree);
  const base = base_tree === undefined ? undefined : await treeOf(repository, base_tree);
  if (base_tree !== undefined && base === undefined) throw unprocessable('base_tree is not a valid tree oid');
  const changes = await Promise.all(tree.map((entry) => changeOf(repository, entry)));
  const sha = await writeTree(repository.directory, base, changes);
  const rendered = await renderTree(repository, sha, false);
  return created(rendered, rendered.url);
}

async function changeOf({ directory }: Repository, entry: z.output<typeof Entry>): Promise<TreeChange> {
  const { path, mode, sha, content } = entry;
  if (content !== undefined) return { path, mode, sha: await writeBlob(directory, content) };
  if (sha === undefined) throw unprocessable(`Must supply either tree.sha or tree.content for ${path}`);
  const type = mode === '040000' ? 'tree' : 'blob';
  if (sha !== null && mode !== '160000' && (await objectType(directory, sha)) !== type) {
    throw unprocessable(`tree.sha ${sha} is not a valid ${type}`);
  }
  return { path, mode, sha };
}

async function treeOf({ directory }: Repository, name: string): Promise<string | undefined> {
  if (name === '' || name.startsWith('-')) return undefined;
  return tryGitText(directory, ['rev-parse', '--verify', '--quiet', `${name}^{tree}`]);
}

async function renderTree({ apiUrl, directory }: Repository, sha: string, recursive: boolean) {
  const entries = await listTree(directory, sha, { recursive });
  return {
    sha,
    url: `${apiUrl}/git/trees/${sha}`,
    tree: entries.map((entry) => ({ ...entry, url: `${apiUrl}/git/${entry.type}s/${entry.sha}` })),
    truncated: false,
  };
}
