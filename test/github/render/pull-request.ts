import { commitsBetween } from '../git/commits.ts';
import type { PullRequest } from '../pull-request.ts';
import type { Repository } from '../repository.ts';
import { associationOf } from './association.ts';
import { nodeId } from './node-id.ts';
import { renderRepository } from './repository.ts';
import type { PullRequestListItemShape, PullRequestShape } from './shapes.ts';
import { renderUser } from './user.ts';

/** A pull request as lists show it. */
export async function renderPullRequestListItem(pull: PullRequest): Promise<PullRequestListItemShape> {
  await pull.refresh();
  const { repository } = pull.base;
  const merge = await pull.testMerge();
  return {
    ...pullRequestUrls(pull),
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: renderUser(pull.author, repository.state.urls),
    body: pull.body,
    labels: [],
    milestone: null,
    active_lock_reason: null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: merge.kind === 'clean' ? merge.sha : null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: renderHead(pull),
    base: renderSide(repository, pull.base.ref, pull.baseSha),
    author_association: associationOf(pull.author, repository),
    auto_merge: null,
    draft: pull.draft,
  };
}

export async function renderPullRequest(pull: PullRequest): Promise<PullRequestShape> {
  const item = await renderPullRequestListItem(pull);
  const { repository } = pull.base;
  const [files, commits, merge] = await Promise.all([
    pull.files(),
    commitsBetween(repository.directory, await pull.mergeBase(), pull.headSha),
    pull.testMerge(),
  ]);
  return {
    ...item,
    state: pull.state,
    head: renderHead(pull),
    base: renderSide(repository, pull.base.ref, pull.baseSha),
    user: renderUser(pull.author, repository.state.urls),
    labels: [],
    merged: pull.mergedAt !== null,
    mergeable: merge.kind === 'unknown' ? null : merge.kind === 'clean',
    rebaseable: merge.kind === 'unknown' ? null : merge.kind === 'clean',
    mergeable_state: { clean: 'clean', conflict: 'dirty', unknown: 'unknown' }[merge.kind],
    merged_by: null,
    comments: repository.comments(pull.number).length,
    review_comments: 0,
    maintainer_can_modify: pull.isFromFork,
    commits: commits.length,
    additions: files.reduce((sum, { additions }) => sum + additions, 0),
    deletions: files.reduce((sum, { deletions }) => sum + deletions, 0),
    changed_files: files.length,
  };
}

function renderSide(repository: Repository, ref: string, sha: string): PullRequestShape['base'] {
  const { owner, state } = repository;
  const user = renderUser(owner, state.urls);
  return { label: `${owner.login}:${ref}`, ref, sha, user, repo: renderRepository(repository) };
}

/** Of a fork that was deleted GitHub shows no repository, which its own description leaves out. */
function renderHead({ head, headSha }: PullRequest): PullRequestShape['head'] {
  const side = renderSide(head.repository, head.ref, headSha);
  return head.repository.isDeleted ? { ...side, repo: null as unknown as typeof side.repo } : side;
}

type UrlKey = Extract<keyof PullRequestListItemShape, `${string}_url`> | 'url' | '_links';

function pullRequestUrls({ base, number, headSha }: PullRequest): Pick<PullRequestListItemShape, UrlKey> {
  const { apiUrl, htmlUrl } = base.repository;
  const urls = {
    url: `${apiUrl}/pulls/${number}`,
    html_url: `${htmlUrl}/pull/${number}`,
    diff_url: `${htmlUrl}/pull/${number}.diff`,
    patch_url: `${htmlUrl}/pull/${number}.patch`,
    issue_url: `${apiUrl}/issues/${number}`,
    commits_url: `${apiUrl}/pulls/${number}/commits`,
    review_comments_url: `${apiUrl}/pulls/${number}/comments`,
    review_comment_url: `${apiUrl}/pulls/comments{/number}`,
    comments_url: `${apiUrl}/issues/${number}/comments`,
    statuses_url: `${apiUrl}/statuses/${headSha}`,
  };
  return {
    ...urls,
    _links: {
      self: { href: urls.url },
      html: { href: urls.html_url },
      issue: { href: urls.issue_url },
      comments: { href: urls.comments_url },
      review_comments: { href: urls.review_comments_url },
      review_comment: { href: urls.review_comment_url },
      commits: { href: urls.commits_url },
      statuses: { href: urls.statuses_url },
    },
  };
}
