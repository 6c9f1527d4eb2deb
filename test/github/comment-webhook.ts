import type { User as EventUser, IssueCommentEvent } from '@octokit/webhooks-types';
import type { IssueComment } from './conversation.ts';
import { renderComment } from './render/comment.ts';
import { renderUser } from './render/user.ts';
import type { Repository } from './repository.ts';
import { eventRepository } from './webhook.ts';

export interface CommentEventOptions {
  /** Login of whoever caused the event; the author of the comment by default. */
  readonly sender?: string;
  /** The comment is on an issue, which is no pull request. */
  readonly onIssue?: boolean;
}

/** The payload of an `issue_comment` event. Comments on pull requests cause it too: an issue with `pull_request` is one. */
export function issueCommentEvent<Action extends IssueCommentEvent['action']>(
  repository: Repository,
  comment: IssueComment,
  action: Action,
  { sender, onIssue = false }: CommentEventOptions = {},
): Extract<IssueCommentEvent, { action: Action }> {
  const { state, apiUrl, htmlUrl } = repository;
  const pull = repository.pull(comment.number);
  if (pull === undefined) throw new Error(`${repository.fullName} has no pull request #${comment.number}.`);
  const user = (login: string) => renderUser(state.users.named(login), state.urls) as EventUser;
  const url = `${apiUrl}/pulls/${pull.number}`;
  const page = `${htmlUrl}/pull/${pull.number}`;
  const event = {
    action,
    issue: {
      id: pull.id,
      number: pull.number,
      title: pull.title,
      body: pull.body,
      state: pull.state,
      locked: false,
      draft: pull.draft,
      user: user(pull.author.login),
      url: `${apiUrl}/issues/${pull.number}`,
      html_url: page,
      comments: repository.comments(pull.number).length,
      created_at: pull.createdAt,
      updated_at: pull.updatedAt,
      closed_at: pull.closedAt,
      ...(onIssue
        ? {}
        : {
            pull_request: {
              url,
              html_url: page,
              diff_url: `${page}.diff`,
              patch_url: `${page}.patch`,
              merged_at: pull.mergedAt,
            },
          }),
    },
    comment: renderComment(comment, repository),
    ...(action === 'edited' ? { changes: { body: { from: 'As it was' } } } : {}),
    repository: eventRepository(repository),
    sender: user(sender ?? comment.user.login),
  };
  // The union says which fields are null for which action; an issue has many more fields, which tell nothing here.
  return event as unknown as Extract<IssueCommentEvent, { action: Action }>;
}
