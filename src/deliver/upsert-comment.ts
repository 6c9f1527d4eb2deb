import type { Octokit } from '@octokit/rest';
import { COMMENT_MARKER } from '../report/comment.ts';
import { commentError, isHttpFailure, isRateLimit } from './delivery-error.ts';

export interface CommentRequest {
  readonly owner: string;
  readonly repo: string;
  readonly pullRequest: number;
  /** Starts with `COMMENT_MARKER`. */
  readonly body: string;
}

export interface CommentDelivery {
  readonly action: 'created' | 'updated' | 'unchanged';
  readonly url: string;
}

/** Whom a workflow's own token writes as; it may not ask who it is. */
const WORKFLOW_LOGIN = 'github-actions[bot]';

/**
 * Makes `body` the one comment of this token's owner on the pull request: the oldest of theirs that starts with the marker is
 * updated, else one is created. A comment of anybody else is never touched, marker or not.
 *
 * @throws PermissionError when the token may not comment, EnvironmentError for everything else.
 */
export async function upsertComment(octokit: Octokit, request: CommentRequest): Promise<CommentDelivery> {
  const where = `${request.owner}/${request.repo}#${request.pullRequest}`;
  const existing = await attempt('read the comments', where, () => findOwn(octokit, request));
  if (existing === undefined) {
    return attempt('create the comment', where, () => create(octokit, request));
  }
  if (normalized(existing.body) === normalized(request.body)) return { action: 'unchanged', url: existing.url };
  return attempt('update the comment', where, () => update(octokit, request, existing.id));
}

interface ExistingComment {
  readonly id: number;
  readonly body: string;
  readonly url: string;
}

async function findOwn(octokit: Octokit, request: CommentRequest): Promise<ExistingComment | undefined> {
  const comments = await octokit.paginate(octokit.rest.issues.listComments, {
    owner: request.owner,
    repo: request.repo,
    issue_number: request.pullRequest,
    per_page: 100,
  });
  const marked = comments.filter((comment) => comment.body?.trimStart().startsWith(COMMENT_MARKER));
  // Who we are matters only when there is something to tell apart.
  if (marked.length === 0) return undefined;
  const login = await ownLogin(octokit);
  const [oldest] = marked.filter((comment) => comment.user?.login === login).sort((a, b) => a.id - b.id);
  return oldest && { id: oldest.id, body: oldest.body ?? '', url: oldest.html_url };
}

async function ownLogin(octokit: Octokit): Promise<string> {
  try {
    return (await octokit.rest.users.getAuthenticated()).data.login;
  } catch (error) {
    // An installation token, such as a workflow's, has no user: GitHub answers "Resource not accessible by integration".
    if (isHttpFailure(error) && error.status === 403 && !isRateLimit(error)) return WORKFLOW_LOGIN;
    throw error;
  }
}

async function create(octokit: Octokit, { owner, repo, pullRequest, body }: CommentRequest): Promise<CommentDelivery> {
  const { data } = await octokit.rest.issues.createComment({ owner, repo, issue_number: pullRequest, body });
  return { action: 'created', url: data.html_url };
}

async function update(octokit: Octokit, { owner, repo, body }: CommentRequest, id: number): Promise<CommentDelivery> {
  const { data } = await octokit.rest.issues.updateComment({ owner, repo, comment_id: id, body });
  return { action: 'updated', url: data.html_url };
}

/** GitHub may hand a body back with other line ends and without the white space at its end. */
function normalized(body: string): string {
  return body.replaceAll('\r\n', '\n').trimEnd();
}

async function attempt<T>(doing: string, where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw commentError(error, doing, where);
  }
}
