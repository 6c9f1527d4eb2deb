import { z } from 'zod';
import { formatCommand } from '../command/format.ts';
import {
  account,
  type GitHubEvent,
  type Ignored,
  ignored,
  isBot,
  type Place,
  placeOf,
  readPayload,
  repositoryName,
  sha,
} from './github-event.ts';

/** Optimize what a pull request changes. */
export interface OptimizeRequest extends Place {
  readonly kind: 'optimize';
  /** Number of the pull request. */
  readonly pullRequest: number;
  readonly base: { readonly sha: string; readonly ref: string };
  /** `repository` is `owner/name`. */
  readonly head: { readonly sha: string; readonly ref: string; readonly repository: string };
}

const ACTIONS = ['opened', 'synchronize', 'reopened', 'ready_for_review'];

const ref = z.string().min(1);

const payloadSchema = z.object({
  action: z.string(),
  sender: account,
  pull_request: z.object({
    number: z.int().positive(),
    state: z.string(),
    draft: z.boolean().optional(),
    base: z.object({ sha, ref, repo: z.object({ full_name: repositoryName }) }),
    // The repository of a head is null once its fork has been deleted.
    head: z.object({ sha, ref, repo: z.object({ full_name: repositoryName }).nullable() }),
  }),
});

export function fromPullRequest(event: GitHubEvent): OptimizeRequest | Ignored {
  const payload = readPayload(event, payloadSchema);
  const place = placeOf(event);
  const reason = reasonToIgnore(payload);
  if (reason !== undefined) return ignored(reason);
  const { number, base, head } = payload.pull_request;
  return {
    kind: 'optimize',
    ...place,
    pullRequest: number,
    base: { sha: base.sha, ref: base.ref },
    head: { sha: head.sha, ref: head.ref, repository: head.repo?.full_name ?? base.repo.full_name },
  };
}

function reasonToIgnore({ action, sender, pull_request: pull }: z.infer<typeof payloadSchema>): string | undefined {
  const name = `pull request #${pull.number}`;
  if (!ACTIONS.includes(action)) return `the action "${action}" on ${name} starts nothing; ${ACTIONS.join(', ')} do`;
  if (pull.state !== 'open') return `${name} is ${pull.state}`;
  if (pull.draft === true) return `${name} is a draft; it starts once it is marked ready for review`;
  // Otherwise a commit that a bot delivers would start the next run, and that one the next.
  if (isBot(sender)) return `${name} was changed by the bot ${sender.login}; a push by a person starts a run`;
  if (pull.head.repo === null) return `the repository that ${name} comes from is gone`;
  const { full_name: base } = pull.base.repo;
  if (pull.head.repo.full_name.toLowerCase() !== base.toLowerCase()) {
    return `${name} comes from a fork, and forks do not start by themselves: their code must not run next to a GPU and a key unseen; whoever has read it and may write to ${base} can start it by the comment ${formatCommand({ verb: 'optimize', targets: [], options: { sha: pull.head.sha } })}`;
  }
  return undefined;
}
