import { notFound } from '../errors.ts';
import { listTree, readBlob, type TreeEntry } from '../git/objects.ts';
import { resolveCommit } from '../git/refs.ts';
import { encodePath } from '../render/file.ts';
import type { Repository } from '../repository.ts';
import { ok, type Reply, type RepositoryCall, type Route } from '../route.ts';

export const CONTENT_ROUTES: readonly Route[] = [
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/contents/{path}',
    docs: '/repos/contents#get-repository-content',
    needs: [{ contents: 'read' }],
    handle: getContents,
  },
];

/** Above this, the JSON answer carries no content: https://docs.github.com/en/rest/repos/contents#get-repository-content */
const LARGEST_INLINE = 1024 * 1024;

async function getContents(call: RepositoryCall): Promise<Reply> {
  const { repository, params, url, accept } = call;
  const ref = url.searchParams.get('ref') ?? repository.defaultBranch;
  const commit = await resolveCommit(repository.directory, ref);
  if (commit === undefined) throw notFound(`No commit found for the ref ${ref}`);
  const path = (params.path ?? '').replace(/^\/+|\/+$/g, '');
  const entry = path === '' ? undefined : (await listTree(repository.directory, commit, { path }))[0];
  if (path !== '' && entry === undefined) throw notFound();
  if (entry === undefined || entry.type === 'tree') return ok(await renderDirectory(repository, commit, ref, path));
  if (entry.type === 'blob' && /application\/vnd\.github\.(v3\.)?raw/.test(accept)) {
    const content = await readBlob(repository.directory, entry.sha);
    return { status: 200, raw: { mediaType: 'application/vnd.github.raw+json; charset=utf-8', content } };
  }
  return ok(await renderEntry(repository, entry, ref));
}

async function renderDirectory(repository: Repository, commit: string, ref: string, path: string) {
  const entries = await listTree(repository.directory, commit, path === '' ? {} : { path: `${path}/` });
  return entries.map((entry) => ({ ...describe(repository, entry, ref), size: entry.size ?? 0 }));
}

async function renderEntry(repository: Repository, entry: TreeEntry, ref: string) {
  const described = { ...describe(repository, entry, ref), size: entry.size ?? 0 };
  if (described.type === 'submodule') return { ...described, submodule_git_url: '' };
  const content = await readBlob(repository.directory, entry.sha);
  if (described.type === 'symlink') return { ...described, target: content.toString('utf8') };
  if (content.length > LARGEST_INLINE) return { ...described, encoding: 'none', content: '' };
  return { ...described, encoding: 'base64', content: base64Lines(content) };
}

/** Base64 with a line feed after every 60 characters, as GitHub sends it. */
export function base64Lines(content: Buffer): string {
  return content.toString('base64').replace(/.{1,60}/g, '$&\n');
}

function describe({ apiUrl, htmlUrl }: Repository, { path, mode, type, sha }: TreeEntry, ref: string) {
  const encoded = encodePath(path);
  const kind = ({ blob: 'file', tree: 'dir', commit: 'submodule' } as const)[type];
  const url = `${apiUrl}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const git = `${apiUrl}/git/${type === 'tree' ? 'trees' : 'blobs'}/${sha}`;
  const html = `${htmlUrl}/${type === 'tree' ? 'tree' : 'blob'}/${encodePath(ref)}/${encoded}`;
  return {
    type: mode === '120000' ? ('symlink' as const) : kind,
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha,
    url,
    git_url: git,
    html_url: html,
    download_url: type === 'blob' ? `${htmlUrl}/raw/${encodePath(ref)}/${encoded}` : null,
    _links: { self: url, git, html },
  };
}
