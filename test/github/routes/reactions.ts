import { z } from 'zod';
import { REACTIONS } from '../conversation.ts';
import { notFound } from '../errors.ts';
import { listReply } from '../pagination.ts';
import { renderReaction } from '../render/comment.ts';
import { bodyOf, created, NO_CONTENT, ok, type Reply, type RepositoryCall, type Route } from '../route.ts';
import { commentOf } from './comments.ts';

export const REACTION_ROUTES: readonly Route[] = [
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
    docs: '/reactions/reactions#list-reactions-for-an-issue-comment',
    needs: [{ issues: 'read' }, { pull_requests: 'read' }],
    handle: listReactions,
  },
  {
    scope: 'repository',
    method: 'POST',
    template: '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
    docs: '/reactions/reactions#create-reaction-for-an-issue-comment',
    needs: [{ issues: 'write' }, { pull_requests: 'write' }],
    handle: createReaction,
  },
  {
    scope: 'repository',
    method: 'DELETE',
    template: '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}',
    docs: '/reactions/reactions#delete-an-issue-comment-reaction',
    needs: [{ issues: 'write' }, { pull_requests: 'write' }],
    handle: deleteReaction,
  },
];

function listReactions(call: RepositoryCall): Promise<Reply> {
  const content = call.url.searchParams.get('content');
  const reactions = commentOf(call).reactions.filter((reaction) => content === null || reaction.content === content);
  return listReply(call, reactions, (reaction) => renderReaction(reaction, call.repository));
}

/** Reacting twice is no error: 200 with the first reaction, where a new one gives 201. */
function createReaction(call: RepositoryCall): Reply {
  const { repository, state, token } = call;
  const { reactions } = commentOf(call);
  const { content } = bodyOf(call, z.object({ content: z.enum(REACTIONS) }));
  const existing = reactions.find((reaction) => reaction.user === token.user && reaction.content === content);
  if (existing !== undefined) return ok(renderReaction(existing, repository));
  const reaction = { id: state.nextId(), user: token.user, content, createdAt: state.now() };
  reactions.push(reaction);
  return created(renderReaction(reaction, repository));
}

function deleteReaction(call: RepositoryCall): Reply {
  const { reactions } = commentOf(call);
  const at = reactions.findIndex(({ id }) => id === Number(call.params.reaction_id));
  if (at < 0) throw notFound();
  reactions.splice(at, 1);
  return NO_CONTENT;
}
