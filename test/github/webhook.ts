import type {
  PullRequest as EventPullRequest,
  Repository as EventRepository,
  User as EventUser,
  PullRequestEvent,
} from '@octokit/webhooks-types';
import type { PullRequest } from './pull-request.ts';
import { renderPullRequest } from './render/pull-request.ts';
import { renderRepository } from './render/repository.ts';
import { renderUser } from './render/user.ts';
import type { Repository } from './repository.ts';

export type PullRequestAction = 'opened' | 'reopened' | 'synchronize' | 'ready_for_review' | 'closed';

export interface EventOptions {
  /** Login of whoever caused the event; the author of the pull request by default. */
  readonly sender?: string;
  /** Id of the installation, which payloads for apps carry; those that Actions writes do not. */
  readonly installation?: number;
  /** For `synchronize`: the head before the push. */
  readonly before?: string;
}

/** The payload of a `pull_request` event, as Actions writes it to `GITHUB_EVENT_PATH`. */
export async function pullRequestEvent<Action extends PullRequestAction>(
  repository: Repository,
  pull: PullRequest,
  action: Action,
  options: EventOptions = {},
): Promise<Extract<PullRequestEvent, { action: Action }>> {
  const { state } = repository;
  const sender = options.sender === undefined ? pull.author : state.users.named(options.sender);
  const { installation } = options;
  const rendered = await renderPullRequest(pull);
  const { head, base } = rendered;
  const pullRequest = {
    ...rendered,
    head: { ...head, repo: eventRepository(pull.head.repository) },
    base: { ...base, repo: eventRepository(repository) },
  };
  const event = {
    action,
    number: pull.number,
    pull_request: pullRequest as EventPullRequest,
    repository: eventRepository(repository),
    sender: renderUser(sender, state.urls) as EventUser,
    ...(action === 'synchronize' ? { before: options.before ?? pull.baseSha, after: pull.headSha } : {}),
    ...(installation === undefined ? {} : { installation: { id: installation, node_id: '' } }),
  };
  // The union says which fields are null for which action; that they are depends on the pull request we were given.
  return event as unknown as Extract<PullRequestEvent, { action: Action }>;
}

/** Payloads show a repository with one field more than the API does. */
export function eventRepository(repository: Repository): EventRepository {
  return { ...renderRepository(repository), custom_properties: {} } as EventRepository;
}
