import type { Octokit } from '@octokit/rest';
import type { Sleep } from './delivery.ts';
import { type Conversation, findOwnComment, type OwnComment } from './own-comment.ts';
import { attempt, NO_RETRIES, wait, writeOnce } from './write-once.ts';

export interface CommentRequest extends Conversation {
  /** Starts with `COMMENT_MARKER`. What is made from the comment as it stands gets that; undefined where there is none. */
  readonly body: string | ((known: string | undefined) => string);
}

export interface CommentDelivery {
  readonly action: 'created' | 'updated' | 'unchanged';
  readonly url: string;
}

/**
 * Makes `body` the one comment of this token's owner on the pull request: the oldest of theirs that starts with the marker is
 * updated, else one is created. A comment of anybody else is never touched, marker or not.
 *
 * @throws PermissionError, ConfigurationError or EnvironmentError as `explainGitHubError` words them.
 */
export async function upsertComment(
  octokit: Octokit,
  request: CommentRequest,
  sleep: Sleep = wait,
): Promise<CommentDelivery> {
  const where = `${request.owner}/${request.repo}#${request.pullRequest}`;
  const existing = await findOwnComment(octokit, request);
  if (existing === undefined) {
    return attempt(`create the comment on ${where}`, () => createOnce(octokit, request, sleep));
  }
  const body = bodyFrom(request, existing.body);
  if (sameText(existing.body, body)) return { action: 'unchanged', url: existing.url };
  return attempt(`update the comment on ${where}`, () => update(octokit, request, existing, body));
}

/** Two creations would leave two comments. Another run may also have come first; what it wrote is out of date. */
async function createOnce(octokit: Octokit, request: CommentRequest, sleep: Sleep): Promise<CommentDelivery> {
  const first = bodyFrom(request, undefined);
  const posted = await writeOnce(
    () => create(octokit, request, first),
    () => findOwnComment(octokit, request),
    sleep,
  );
  if (sameText(posted.body, first)) return { action: 'created', url: posted.url };
  return update(octokit, request, posted, bodyFrom(request, posted.body));
}

function bodyFrom({ body }: CommentRequest, known: string | undefined): string {
  return typeof body === 'string' ? body : body(known);
}

async function create(
  octokit: Octokit,
  { owner, repo, pullRequest }: CommentRequest,
  body: string,
): Promise<OwnComment> {
  const { data } = await octokit.rest.issues.createComment({
    owner,
    repo,
    issue_number: pullRequest,
    body,
    request: NO_RETRIES,
  });
  // As it was sent: that GitHub words it otherwise is no reason to write it again.
  return { id: data.id, body, url: data.html_url };
}

async function update(
  octokit: Octokit,
  { owner, repo }: CommentRequest,
  { id }: OwnComment,
  body: string,
): Promise<CommentDelivery> {
  const { data } = await octokit.rest.issues.updateComment({ owner, repo, comment_id: id, body });
  return { action: 'updated', url: data.html_url };
}

/** GitHub may hand a body back with other line ends and without the white space at its end. */
function sameText(a: string, b: string): boolean {
  const normalized = (body: string) => body.replaceAll('\r\n', '\n').trimEnd();
  return normalized(a) === normalized(b);
}
