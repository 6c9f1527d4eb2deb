import { type IssueComment, REACTIONS, type Reaction } from '../conversation.ts';
import type { Repository } from '../repository.ts';
import { renderActionsApp } from './app.ts';
import { associationOf } from './association.ts';
import { nodeId } from './node-id.ts';
import type { CommentShape, ReactionShape } from './shapes.ts';
import { renderUser } from './user.ts';

export function renderComment(comment: IssueComment, repository: Repository): CommentShape {
  const { apiUrl, htmlUrl, state } = repository;
  const { id, number, user } = comment;
  return {
    id,
    node_id: nodeId('IssueComment', id),
    url: `${apiUrl}/issues/comments/${id}`,
    html_url: `${htmlUrl}/pull/${number}#issuecomment-${id}`,
    issue_url: `${apiUrl}/issues/${number}`,
    body: comment.body,
    user: renderUser(user, state.urls),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(user, repository),
    performed_via_github_app: user.type === 'Bot' ? renderActionsApp(state) : null,
    reactions: { url: `${apiUrl}/issues/comments/${id}/reactions`, ...countReactions(comment.reactions) },
  };
}

export function renderReaction(reaction: Reaction, { state }: Repository): ReactionShape {
  return {
    id: reaction.id,
    node_id: nodeId('Reaction', reaction.id),
    user: renderUser(reaction.user, state.urls),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

function countReactions(reactions: readonly Reaction[]) {
  const count = (content: string) => reactions.filter((reaction) => reaction.content === content).length;
  const counts = Object.fromEntries(REACTIONS.map((content) => [content, count(content)]));
  return { total_count: reactions.length, ...(counts as Record<(typeof REACTIONS)[number], number>) };
}
