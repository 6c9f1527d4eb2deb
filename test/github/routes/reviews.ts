import { z } from 'zod';
import { GitHubError, unprocessable } from '../errors.ts';
import type { FileChange } from '../git/diff.ts';
import { listReply } from '../pagination.ts';
import { renderReview } from '../render/review.ts';
import type { Review, ReviewComment } from '../review.ts';
import { bodyOf, ok, type Reply, type RepositoryCall, type Route } from '../route.ts';
import { pullOf } from './pulls.ts';

export const REVIEW_ROUTES: readonly Route[] = [
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    docs: '/pulls/reviews#list-reviews-for-a-pull-request',
    needs: [{ pull_requests: 'read' }],
    handle: listReviews,
  },
  {
    scope: 'repository',
    method: 'POST',
    template: '/repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    docs: '/pulls/reviews#create-a-review-for-a-pull-request',
    needs: [{ pull_requests: 'write' }],
    handle: createReview,
  },
];

const LONGEST_BODY = 65_536;
const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

const NewReview = z.object({
  commit_id: z.string().optional(),
  body: z.string().max(LONGEST_BODY).default(''),
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']),
  comments: z
    .array(
      z.object({
        path: z.string(),
        body: z.string().min(1).max(LONGEST_BODY),
        line: z.number().int(),
        side: z.literal('RIGHT').default('RIGHT'),
        start_line: z.number().int().optional(),
        start_side: z.literal('RIGHT').optional(),
      }),
    )
    .default([]),
});

function listReviews(call: RepositoryCall): Promise<Reply> {
  const { number } = pullOf(call);
  const reviews = call.repository.reviews.filter((review) => review.number === number);
  return listReply(call, reviews, (review) => renderReview(review, call.repository));
}

async function createReview(call: RepositoryCall): Promise<Reply> {
  const { repository, state, token } = call;
  const pull = pullOf(call);
  const { commit_id, body, event, comments } = bodyOf(call, NewReview);
  if (event !== 'APPROVE' && body.trim() === '') throw unprocessable('Body is required');
  const files = await pull.files();
  const review: Review = {
    id: state.nextId(),
    number: pull.number,
    user: token.user,
    body,
    state: STATES[event],
    commitId: commit_id ?? pull.headSha,
    submittedAt: state.now(),
    comments: comments.map(({ path, line, start_line, body: text }) =>
      placed(files, { path, startLine: start_line ?? line, line, body: text }),
    ),
  };
  repository.reviews.push(review);
  return ok(renderReview(review, repository));
}

/** All comments of a review are taken, or none. */
function placed(files: readonly FileChange[], comment: ReviewComment): ReviewComment {
  const { path, startLine, line } = comment;
  const hunks = rightSides(files.find((file) => file.path === path)?.patch ?? '');
  const holding = (at: number) => hunks.findIndex(({ from, to }) => from <= at && at < to);
  if (holding(line) < 0) throw notTaken('Line could not be resolved');
  if (startLine > line) throw notTaken('Start line must precede the end line.');
  if (holding(startLine) !== holding(line)) {
    throw notTaken('Pull request review thread start line must be part of the same hunk as the line.');
  }
  return comment;
}

function rightSides(patch: string): { from: number; to: number }[] {
  return [...patch.matchAll(/^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/gm)].map(([, from, count = '1']) => ({
    from: Number(from),
    to: Number(from) + Number(count),
  }));
}

function notTaken(problem: string): GitHubError {
  return new GitHubError(422, 'Unprocessable Entity', { errors: [problem] });
}
