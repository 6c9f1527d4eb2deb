import type { Repository } from '../repository.ts';
import type { Review } from '../review.ts';
import { associationOf } from './association.ts';
import { nodeId } from './node-id.ts';
import type { ReviewShape } from './shapes.ts';
import { renderUser } from './user.ts';

export function renderReview(review: Review, repository: Repository): ReviewShape {
  const { id, number, user, body, state, commitId, submittedAt } = review;
  const html = `${repository.htmlUrl}/pull/${number}#pullrequestreview-${id}`;
  const pull = `${repository.apiUrl}/pulls/${number}`;
  return {
    id,
    node_id: nodeId('PullRequestReview', id),
    user: renderUser(user, repository.state.urls),
    body,
    state,
    html_url: html,
    pull_request_url: pull,
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: submittedAt,
    commit_id: commitId,
    author_association: associationOf(user, repository),
  };
}
