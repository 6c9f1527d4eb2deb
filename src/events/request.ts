import { type BranchRequest, fromMergeGroup, fromPush, fromSchedule, fromWorkflowDispatch } from './triggers/branch.ts';
import { type GitHubEvent, type Ignored, ignored } from './triggers/github-event.ts';
import { type CommandRequest, fromIssueComment } from './triggers/issue-comment.ts';
import { fromPullRequest, type OptimizeRequest } from './triggers/pull-request.ts';

export type { BranchRequest, CommandRequest, GitHubEvent, OptimizeRequest };

/** What an event asks for. */
export type Request = OptimizeRequest | CommandRequest | BranchRequest | Ignored;

/** The events that start something. `pull_request_target` is none: it would run the code of strangers with secrets. */
const TRIGGERS = new Map<string, (event: GitHubEvent) => Request>([
  ['pull_request', fromPullRequest],
  ['issue_comment', fromIssueComment],
  ['workflow_dispatch', fromWorkflowDispatch],
  ['schedule', fromSchedule],
  ['push', fromPush],
  ['merge_group', fromMergeGroup],
]);

/**
 * Says what a GitHub event asks for. A pure function.
 * @throws EnvironmentError for a payload, a repository, a ref or a commit that is not as GitHub sends it.
 */
export function requestFromEvent(event: GitHubEvent): Request {
  const trigger = TRIGGERS.get(event.eventName);
  if (trigger !== undefined) return trigger(event);
  const names = [...TRIGGERS.keys()];
  const known = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  return ignored(`the event "${event.eventName}" starts nothing; run this action on ${known}`);
}
