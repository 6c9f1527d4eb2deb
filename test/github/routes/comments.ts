import { z } from 'zod';
import type { IssueComment } from '../conversation.ts';
import { notFound, validationFailed } from '../errors.ts';
import { listReply } from '../pagination.ts';
import type { Needs } from '../permissions.ts';
import { renderComment } from '../render/comment.ts';
import { bodyOf, created, NO_CONTENT, ok, type Reply, type RepositoryCall, type Route } from '../route.ts';

/** A pull request is an issue too, so either permission will do. */
const READ: Needs = [{ issues: 'read' }, { pull_requests: 'read' }];
const WRITE: Needs = [{ issues: 'write' }, { pull_requests: 'write' }];

export const COMMENT_ROUTES: readonly Route[] = [
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/issues/{issue_number}/comments',
    docs: '/issues/comments#list-issue-comments',
    needs: READ,
    handle: listComments,
  },
  {
    scope: 'repository',
    method: 'POST',
    template: '/repos/{owner}/{repo}/issues/{issue_number}/comments',
    docs: '/issues/comments#create-an-issue-comment',
    needs: WRITE,
    handle: createComment,
  },
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/issues/comments/{comment_id}',
    docs: '/issues/comments#get-an-issue-comment',
    needs: READ,
    handle: (call) => ok(renderComment(commentOf(call), call.repository)),
  },
  {
    scope: 'repository',
    method: 'PATCH',
    template: '/repos/{owner}/{repo}/issues/comments/{comment_id}',
    docs: '/issues/comments#update-an-issue-comment',
    needs: WRITE,
    handle: updateComment,
  },
  {
    scope: 'repository',
    method: 'DELETE',
    template: '/repos/{owner}/{repo}/issues/comments/{comment_id}',
    docs: '/issues/comments#delete-an-issue-comment',
    needs: WRITE,
    handle: deleteComment,
  },
];

const LONGEST_BODY = 65_536;

const CommentBody = z.object({ body: z.string() });

function listComments(call: RepositoryCall): Promise<Reply> {
  const since = call.url.searchParams.get('since') ?? '';
  const comments = call.repository.comments(numberOf(call)).filter(({ updatedAt }) => updatedAt >= since);
  return listReply(call, comments, (comment) => renderComment(comment, call.repository));
}

function createComment(call: RepositoryCall): Reply {
  const { repository, token } = call;
  const comment = repository.addComment(numberOf(call), token.user.login, textOf(call));
  return created(renderComment(comment, repository), `${repository.apiUrl}/issues/comments/${comment.id}`);
}

function updateComment(call: RepositoryCall): Reply {
  const comment = commentOf(call);
  comment.body = textOf(call);
  comment.updatedAt = call.state.now();
  return ok(renderComment(comment, call.repository));
}

function deleteComment(call: RepositoryCall): Reply {
  const { issueComments } = call.repository;
  issueComments.splice(issueComments.indexOf(commentOf(call)), 1);
  return NO_CONTENT;
}

export function commentOf({ repository, params }: RepositoryCall): IssueComment {
  const comment = repository.issueComments.find(({ id }) => id === Number(params.comment_id));
  if (comment === undefined) throw notFound();
  return comment;
}

function numberOf({ repository, params }: RepositoryCall): number {
  const number = Number(params.issue_number);
  if (repository.pull(number) === undefined) throw notFound();
  return number;
}

/** Characters are Unicode's, not UTF-16's. */
function textOf(call: RepositoryCall): string {
  const { body } = bodyOf(call, CommentBody);
  const refuse = (message: string) =>
    validationFailed({ resource: 'IssueComment', code: 'unprocessable', field: 'data', message });
  if (body.trim() === '') throw refuse('Body cannot be blank');
  if ([...body].length > LONGEST_BODY) throw refuse(`Body is too long (maximum is ${LONGEST_BODY} characters)`);
  return body;
}
