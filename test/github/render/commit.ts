import type { Commit, Signature } from '../git/commits.ts';
import type { FileChange } from '../git/diff.ts';
import type { Repository } from '../repository.ts';
import { loginOfEmail } from '../users.ts';
import { renderFile } from './file.ts';
import { nodeId } from './node-id.ts';
import type { CommitShape, GitCommitShape, UserShape } from './shapes.ts';
import { renderUser } from './user.ts';

const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null } as const;

const SIGNED = {
  verified: true,
  reason: 'valid',
  signature: '-----BEGIN PGP SIGNATURE-----\n\nlocal\n-----END PGP SIGNATURE-----',
  payload: 'the commit',
  verified_at: '2026-01-01T00:00:00Z',
} as const;

/** A commit as the commits and compare endpoints show it; with its files, also their counts. */
export function renderCommit(commit: Commit, repository: Repository, files?: readonly FileChange[]): CommitShape {
  const { apiUrl, htmlUrl } = repository;
  const { sha, tree } = commit;
  return {
    url: `${apiUrl}/commits/${sha}`,
    sha,
    node_id: nodeId('Commit', sha),
    html_url: `${htmlUrl}/commit/${sha}`,
    comments_url: `${apiUrl}/commits/${sha}/comments`,
    commit: {
      url: `${apiUrl}/git/commits/${sha}`,
      author: renderSignature(commit.author),
      committer: renderSignature(commit.committer),
      message: commit.message,
      comment_count: 0,
      tree: { sha: tree, url: `${apiUrl}/git/trees/${tree}` },
      verification: verificationOf(sha, repository),
    },
    author: accountOf(commit.author, repository),
    committer: accountOf(commit.committer, repository),
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${apiUrl}/commits/${parent}`,
      html_url: `${htmlUrl}/commit/${parent}`,
    })),
    ...(files === undefined ? {} : renderChanges(files, repository, sha)),
  };
}

/** The same as the git database shows it. */
export function renderGitCommit(commit: Commit, repository: Repository): GitCommitShape {
  const { apiUrl, htmlUrl } = repository;
  const { sha, tree } = commit;
  return {
    sha,
    node_id: nodeId('Commit', sha),
    url: `${apiUrl}/git/commits/${sha}`,
    html_url: `${htmlUrl}/commit/${sha}`,
    author: renderSignature(commit.author),
    committer: renderSignature(commit.committer),
    message: commit.message,
    tree: { sha: tree, url: `${apiUrl}/git/trees/${tree}` },
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${apiUrl}/git/commits/${parent}`,
      html_url: `${htmlUrl}/commit/${parent}`,
    })),
    verification: verificationOf(sha, repository),
  };
}

function verificationOf(sha: string, { signedCommits }: Repository) {
  return signedCommits.has(sha) ? SIGNED : UNSIGNED;
}

function renderChanges(files: readonly FileChange[], repository: Repository, sha: string) {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    stats: { additions, deletions, total: additions + deletions },
    files: files.map((file) => renderFile(file, repository, sha)),
  };
}

function renderSignature({ name, email, seconds }: Signature): { name: string; email: string; date: string } {
  return { name, email, date: `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z` };
}

function accountOf({ email }: Signature, { state }: Repository): UserShape | null {
  const login = loginOfEmail(email);
  const user = login === undefined ? undefined : state.users.find(login);
  return user === undefined ? null : renderUser(user, state.urls);
}
