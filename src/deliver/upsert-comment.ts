import { setTimeout as delay } from 'node:timers/promises';
import type { Octokit } from '@octokit/rest';
import { explainGitHubError, mayHaveTakenEffect } from '../events/github-error.ts';
import { type Conversation, findOwnComment, type OwnComment } from './own-comment.ts';

export interface CommentRequest extends Conversation {
  /** Starts with `COMMENT_MARKER`. */
  readonly body: string;
}

export interface CommentDelivery {
  readonly action: 'created' | 'updated' | 'unchanged';
  readonly url: string;
}

/** Waits so many milliseconds; tests pass a clock of their own. */
type Sleep = (milliseconds: number) => Promise<void>;

const CREATE_ATTEMPTS = 2;

/** When to look for a comment whose creation was not confirmed, in milliseconds after the last look: GitHub's lists may lag behind. */
const LOOK_AFTER_MS = [1_000, 3_000];

/**
 * Makes `body` the one comment of this token's owner on the pull request: the oldest of theirs that starts with the marker is
 * updated, else one is created. A comment of anybody else is never touched, marker or not.
 *
 * @throws PermissionError, ConfigurationError or EnvironmentError as `explainGitHubError` words them.
 */
export async function upsertComment(
  octokit: Octokit,
  request: CommentRequest,
  sleep: Sleep = (milliseconds) => delay(milliseconds),
): Promise<CommentDelivery> {
  const where = `${request.owner}/${request.repo}#${request.pullRequest}`;
  const existing = await attempt(`read the comments of ${where}`, () => findOwnComment(octokit, request));
  if (existing === undefined) {
    return attempt(`create the comment on ${where}`, () => createOnce(octokit, request, sleep));
  }
  if (sameText(existing, request)) return { action: 'unchanged', url: existing.url };
  return attempt(`update the comment on ${where}`, () => update(octokit, request, existing));
}

/**
 * A creation that was not confirmed may have taken effect, and a second one would leave two comments. So each attempt is
 * followed by a look for what it left behind, the last one too.
 */
async function createOnce(octokit: Octokit, request: CommentRequest, sleep: Sleep): Promise<CommentDelivery> {
  for (let tries = 1; ; tries++) {
    try {
      return await create(octokit, request);
    } catch (error) {
      if (!mayHaveTakenEffect(error)) throw error;
      const posted = await lookAgain(octokit, request, sleep);
      if (posted !== undefined) {
        // Another run may have come first; what it wrote is out of date.
        return sameText(posted, request) ? { action: 'created', url: posted.url } : update(octokit, request, posted);
      }
      if (tries === CREATE_ATTEMPTS) throw error;
    }
  }
}

async function lookAgain(octokit: Octokit, conversation: Conversation, sleep: Sleep): Promise<OwnComment | undefined> {
  for (const milliseconds of LOOK_AFTER_MS) {
    await sleep(milliseconds);
    const found = await findOwnComment(octokit, conversation);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function create(octokit: Octokit, { owner, repo, pullRequest, body }: CommentRequest): Promise<CommentDelivery> {
  const { data } = await octokit.rest.issues.createComment({
    owner,
    repo,
    issue_number: pullRequest,
    body,
    // The client would repeat it blindly after a server or network error. Its waits for rate limits stay: nothing was created then.
    request: { retries: 0 },
  });
  return { action: 'created', url: data.html_url };
}

async function update(
  octokit: Octokit,
  { owner, repo, body }: CommentRequest,
  { id }: OwnComment,
): Promise<CommentDelivery> {
  const { data } = await octokit.rest.issues.updateComment({ owner, repo, comment_id: id, body });
  return { action: 'updated', url: data.html_url };
}

/** GitHub may hand a body back with other line ends and without the white space at its end. */
function sameText(a: { readonly body: string }, b: { readonly body: string }): boolean {
  const normalized = ({ body }: { readonly body: string }) => body.replaceAll('\r\n', '\n').trimEnd();
  return normalized(a) === normalized(b);
}

async function attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainGitHubError(error, what);
  }
}
