import type { Octokit } from '@octokit/rest';
import { messageOf } from '../core/errors.ts';
import { hashFiles } from '../core/source.ts';
import { statusOf } from '../events/github-error.ts';
import { type Change, changesOf } from './changes.ts';
import { type Delivery, type NotDelivered, nameOf, refused, type Sleep, shortSha } from './delivery.ts';
import { diffFiles } from './diff-lines.ts';
import { gitBlobSha } from './git-blob.ts';
import { ownLogin } from './own-comment.ts';
import { checkHead } from './pinned-head.ts';
import { type DoesNotFit, type Suggestion, suggestionsFor } from './suggestions.ts';
import { attempt, NO_RETRIES, wait, writeOnce } from './write-once.ts';

export type SuggestOutcome =
  | { readonly kind: 'suggested' | 'unchanged'; readonly url: string; readonly suggestions: number }
  | DoesNotFit
  | NotDelivered;

/**
 * Posts one review whose comments suggest the candidate's changes, if all of them lie within the pull request's own diff; else nothing is
 * written. Asked again for the same bytes on the same head it finds its review. Works for pull requests from forks too.
 *
 * @throws PermissionError, ConfigurationError or EnvironmentError as `explainGitHubError` words them.
 */
export async function suggestChanges(
  octokit: Octokit,
  delivery: Delivery,
  sleep: Sleep = wait,
): Promise<SuggestOutcome> {
  const name = nameOf(delivery);
  const planned = changesOf(delivery);
  if (planned.kind === 'refused') return planned;
  const placed = await attempt(`read the files of ${name}`, () => placeAll(octokit, delivery, planned.changes));
  // After the diff was read: it is of the head as it was then.
  const problem = await checkHead(octokit, delivery);
  if (problem !== undefined) return problem;
  if (placed.kind !== 'suggestions') return placed;
  const { suggestions } = placed;
  const earlier = await attempt(`read the reviews of ${name}`, () => findReview(octokit, delivery));
  if (earlier !== undefined) return { kind: 'unchanged', url: earlier, suggestions: suggestions.length };
  return attempt(`post suggestions on ${name}`, () => post(octokit, delivery, suggestions, sleep));
}

type Placed = { readonly kind: 'suggestions'; readonly suggestions: readonly Suggestion[] } | DoesNotFit | NotDelivered;

async function placeAll(octokit: Octokit, delivery: Delivery, changes: readonly Change[]): Promise<Placed> {
  const files = await diffFiles(octokit, delivery);
  const all: Suggestion[] = [];
  for (const change of changes) {
    const file = files.get(change.path);
    if (file !== undefined && file.sha !== gitBlobSha(change.before ?? '')) {
      return refused(
        `${change.path} at ${shortSha(delivery.head.sha)} is not what was measured, so nothing is suggested`,
      );
    }
    const placed = suggestionsFor(change, file?.ranges);
    if (placed.kind === 'does-not-fit') return placed;
    all.push(...placed.suggestions);
  }
  return { kind: 'suggestions', suggestions: all };
}

async function post(
  octokit: Octokit,
  delivery: Delivery,
  suggestions: readonly Suggestion[],
  sleep: Sleep,
): Promise<SuggestOutcome> {
  const { owner, repo, pullRequest, head, body } = delivery;
  const create = async () => {
    const { data } = await octokit.rest.pulls.createReview({
      owner,
      repo,
      pull_number: pullRequest,
      commit_id: head.sha,
      event: 'COMMENT',
      body: `${markerOf(delivery)}\n${body.toWellFormed()}`,
      comments: suggestions.map(commentOf),
      request: NO_RETRIES,
    });
    return data.html_url;
  };
  try {
    const url = await writeOnce(create, () => findReview(octokit, delivery), sleep);
    return { kind: 'suggested', url, suggestions: suggestions.length };
  } catch (error) {
    if (statusOf(error) !== 422 || !/could not be resolved|must be part of/i.test(messageOf(error))) throw error;
    return {
      kind: 'does-not-fit',
      reason: `GitHub finds a line of the suggestions for ${delivery.target} outside the diff`,
    };
  }
}

function commentOf({ path, first, last, body }: Suggestion) {
  const start = first === last ? {} : { start_line: first, start_side: 'RIGHT' };
  return { path, body, line: last, side: 'RIGHT', ...start };
}

/** Hidden in the review, by which it is found again. */
function markerOf({ after }: Delivery): string {
  return `<!-- kernelwright-suggestions ${hashFiles(after)} -->`;
}

/** The address of our own review with these very bytes on this very head. */
async function findReview(octokit: Octokit, delivery: Delivery): Promise<string | undefined> {
  const { owner, repo, pullRequest, head } = delivery;
  const request = { owner, repo, pull_number: pullRequest, per_page: 100 };
  const reviews = await octokit.paginate(octokit.rest.pulls.listReviews, request);
  const marked = reviews.filter(
    ({ body, commit_id }) => commit_id === head.sha && body.trimStart().startsWith(markerOf(delivery)),
  );
  if (marked.length === 0) return undefined;
  const login = await ownLogin(octokit);
  return marked.find(({ user }) => user?.login === login)?.html_url;
}
