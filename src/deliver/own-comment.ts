import type { Octokit } from '@octokit/rest';
import { isForbidden, isNotFound } from '../events/github-error.ts';
import { COMMENT_MARKER } from '../report/comment.ts';
import { attempt } from './write-once.ts';

export interface Conversation {
  readonly owner: string;
  readonly repo: string;
  readonly pullRequest: number;
}

export interface OwnComment {
  readonly id: number;
  readonly body: string;
  readonly url: string;
}

/** Whom a workflow's own token writes as. */
const WORKFLOW_LOGIN = 'github-actions[bot]';

/**
 * The oldest comment of this token's owner on the pull request that starts with the marker; undefined when there is none.
 *
 * @throws PermissionError, ConfigurationError or EnvironmentError as `explainGitHubError` words them.
 */
export function findOwnComment(octokit: Octokit, place: Conversation): Promise<OwnComment | undefined> {
  const where = `${place.owner}/${place.repo}#${place.pullRequest}`;
  return attempt(`read the comments of ${where}`, () => oldestOwn(octokit, place));
}

async function oldestOwn(
  octokit: Octokit,
  { owner, repo, pullRequest }: Conversation,
): Promise<OwnComment | undefined> {
  const comments = await octokit.paginate(octokit.rest.issues.listComments, {
    owner,
    repo,
    issue_number: pullRequest,
    per_page: 100,
  });
  const marked = comments.filter((comment) => comment.body?.trimStart().startsWith(COMMENT_MARKER));
  // Who we are matters only when there is something to tell apart.
  if (marked.length === 0) return undefined;
  const login = await ownLogin(octokit);
  const [oldest] = marked.filter((comment) => comment.user?.login === login).sort((a, b) => a.id - b.id);
  return oldest && { id: oldest.id, body: oldest.body ?? '', url: oldest.html_url };
}

/** Who this token writes as. Fails as Octokit does. */
export async function ownLogin(octokit: Octokit): Promise<string> {
  try {
    return (await octokit.rest.users.getAuthenticated()).data.login;
  } catch (error) {
    // An installation token, a workflow's or an app's, has no user: GitHub answers "Resource not accessible by integration".
    if (!isForbidden(error)) throw error;
  }
  try {
    // But GraphQL knows whom it writes as.
    return (await octokit.graphql<{ viewer: { login: string } }>('{ viewer { login } }')).viewer.login;
  } catch (error) {
    const isRefused = error instanceof Error && error.name === 'GraphqlResponseError';
    if (isRefused || isForbidden(error) || isNotFound(error)) return WORKFLOW_LOGIN;
    throw error;
  }
}
