import { explainGitHubError } from './github-error.ts';
import type { Octokit } from './octokit.ts';
import type { Place } from './triggers/github-event.ts';

/** 👀 at once; 🚀 or 😕 at the end. */
export type Reaction = 'eyes' | 'rocket' | 'confused';

/**
 * Reacts to a comment. Whatever goes wrong is not worth a run: it comes back as one line for the log, undefined when all is well,
 * and nothing is thrown. GitHub takes the same reaction twice for one.
 */
export async function react(
  octokit: Octokit,
  { owner, repo }: Place,
  commentId: number,
  content: Reaction,
): Promise<string | undefined> {
  try {
    await octokit.rest.reactions.createForIssueComment({ owner, repo, comment_id: commentId, content });
    return undefined;
  } catch (error) {
    return explainGitHubError(error, `react to comment ${commentId} of ${owner}/${repo}`).message;
  }
}
