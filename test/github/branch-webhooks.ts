import type { User as EventUser, MergeGroupEvent, PushEvent, WorkflowDispatchEvent } from '@octokit/webhooks-types';
import { renderUser } from './render/user.ts';
import type { Repository } from './repository.ts';
import { eventRepository } from './webhook.ts';

/* Payloads of the events that are about a branch, as Actions writes them to `GITHUB_EVENT_PATH`. */

const NO_COMMIT = '0'.repeat(40);

export interface Push {
  /** In full, such as `refs/heads/main`. */
  readonly ref: string;
  /** Left out where the push made the ref. */
  readonly before?: string;
  /** Left out where it deleted the ref. */
  readonly after?: string;
  /** Login; the owner by default. */
  readonly sender?: string;
}

export function pushEvent(repository: Repository, { ref, before, after, sender }: Push): PushEvent {
  const user = userOf(repository, sender);
  const event = {
    ref,
    before: before ?? NO_COMMIT,
    after: after ?? NO_COMMIT,
    created: before === undefined,
    deleted: after === undefined,
    forced: false,
    base_ref: null,
    compare: `${repository.htmlUrl}/compare/${before ?? ''}...${after ?? ''}`,
    commits: [],
    head_commit: null,
    repository: eventRepository(repository),
    pusher: { name: user.login, email: null },
    sender: user,
  };
  return event as unknown as PushEvent;
}

export interface MergeGroup {
  readonly headSha: string;
  readonly baseSha: string;
}

export function mergeGroupEvent(
  repository: Repository,
  action: 'checks_requested' | 'destroyed',
  { headSha, baseSha }: MergeGroup,
): MergeGroupEvent {
  const { defaultBranch } = repository;
  const event = {
    action,
    ...(action === 'destroyed' ? { reason: 'dequeued' } : {}),
    merge_group: {
      head_sha: headSha,
      head_ref: `refs/heads/gh-readonly-queue/${defaultBranch}/pr-1-${baseSha}`,
      base_ref: `refs/heads/${defaultBranch}`,
      base_sha: baseSha,
      head_commit: null,
    },
    repository: eventRepository(repository),
    sender: userOf(repository, 'github-merge-queue[bot]'),
  };
  return event as unknown as MergeGroupEvent;
}

/** It says nothing of a commit: that is in `GITHUB_SHA`. */
export function workflowDispatchEvent(
  repository: Repository,
  { sender, ref = `refs/heads/${repository.defaultBranch}` }: { readonly sender?: string; readonly ref?: string } = {},
): WorkflowDispatchEvent {
  return {
    inputs: null,
    ref,
    repository: eventRepository(repository),
    sender: userOf(repository, sender),
    workflow: '.github/workflows/kernelwright.yml',
  };
}

/** No webhook: Actions makes the payload up. */
export function scheduleEvent(repository: Repository, cron = '17 3 * * *') {
  return { schedule: cron, workflow: '.github/workflows/kernelwright.yml', repository: eventRepository(repository) };
}

function userOf(repository: Repository, login = repository.owner.login): EventUser {
  const { state } = repository;
  return renderUser(state.users.named(login), state.urls) as EventUser;
}
