import type { FileChange } from '../git/diff.ts';
import type { Repository } from '../repository.ts';
import type { FileShape } from './shapes.ts';

/** A changed file of a pull request, a comparison or a commit; the addresses show it at `ref`. */
export function renderFile(change: FileChange, repository: Repository, ref: string): FileShape {
  const { apiUrl, htmlUrl } = repository;
  const path = encodePath(change.path);
  return {
    sha: change.sha,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${htmlUrl}/blob/${ref}/${path}`,
    raw_url: `${htmlUrl}/raw/${ref}/${path}`,
    contents_url: `${apiUrl}/contents/${path}?ref=${ref}`,
    ...(change.patch === undefined ? {} : { patch: change.patch }),
    ...(change.previousPath === undefined ? {} : { previous_filename: change.previousPath }),
  };
}

export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
