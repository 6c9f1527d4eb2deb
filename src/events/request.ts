import { z } from 'zod';
import { EnvironmentError } from '../core/errors.ts';

/** What an event asks for. */
export type Request = OptimizeRequest | { readonly kind: 'ignored'; readonly reason: string };

/** Optimize what a pull request changes. */
export interface OptimizeRequest {
  readonly kind: 'optimize';
  readonly owner: string;
  readonly repo: string;
  /** Number of the pull request. */
  readonly pullRequest: number;
  readonly base: { readonly sha: string; readonly ref: string };
  /** `repository` is `owner/name`. */
  readonly head: { readonly sha: string; readonly ref: string; readonly repository: string };
}

/** One GitHub event as it arrives; `repository` is `owner/name`, as in `GITHUB_REPOSITORY`. */
export interface GitHubEvent {
  readonly eventName: string;
  readonly payload: unknown;
  readonly repository: string;
}

const ACTIONS = ['opened', 'synchronize', 'reopened', 'ready_for_review'];

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'expected a commit SHA');
const ref = z.string().min(1);
const repositoryName = z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'expected owner/name');

/** Only what is used; GitHub sends far more. */
const payloadSchema = z.object({
  action: z.string(),
  sender: z.object({ login: z.string(), type: z.string() }),
  pull_request: z.object({
    number: z.int().positive(),
    state: z.string(),
    draft: z.boolean().optional(),
    base: z.object({ sha, ref, repo: z.object({ full_name: repositoryName }) }),
    // The repository of a head is null once its fork has been deleted.
    head: z.object({ sha, ref, repo: z.object({ full_name: repositoryName }).nullable() }),
  }),
});

type Payload = z.infer<typeof payloadSchema>;

/**
 * Says what a GitHub event asks for. A pure function.
 * @throws EnvironmentError for a payload that is not what GitHub sends.
 */
export function requestFromEvent({ eventName, payload, repository }: GitHubEvent): Request {
  if (eventName !== 'pull_request') {
    return ignored(`the event "${eventName}" starts nothing; run this action on pull_request`);
  }
  const parsed = payloadSchema.safeParse(payload);
  const [owner, repo] = repositoryName.safeParse(repository).data?.split('/') ?? [];
  if (!parsed.success) throw brokenPayload(parsed.error);
  if (owner === undefined || repo === undefined) {
    throw new EnvironmentError(
      `GITHUB_REPOSITORY is ${JSON.stringify(repository)}; expected owner/name, as GitHub's runner sets it`,
    );
  }
  const reason = reasonToIgnore(parsed.data);
  if (reason !== undefined) return ignored(reason);
  const { number, base, head } = parsed.data.pull_request;
  return {
    kind: 'optimize',
    owner,
    repo,
    pullRequest: number,
    base: { sha: base.sha, ref: base.ref },
    head: { sha: head.sha, ref: head.ref, repository: head.repo?.full_name ?? base.repo.full_name },
  };
}

function reasonToIgnore({ action, sender, pull_request: pull }: Payload): string | undefined {
  const name = `pull request #${pull.number}`;
  if (!ACTIONS.includes(action)) return `the action "${action}" on ${name} starts nothing; ${ACTIONS.join(', ')} do`;
  if (pull.state !== 'open') return `${name} is ${pull.state}`;
  if (pull.draft === true) return `${name} is a draft; it starts once it is marked ready for review`;
  // Otherwise a commit that a bot delivers would start the next run, and that one the next.
  if (sender.type === 'Bot') return `${name} was changed by the bot ${sender.login}; a push by a person starts a run`;
  if (pull.head.repo?.full_name.toLowerCase() !== pull.base.repo.full_name.toLowerCase()) {
    return `${name} comes from a fork, and forks do not start by themselves: their code must not run next to a GPU and a key unseen; a maintainer who has read it can push its branch to ${pull.base.repo.full_name} and open a pull request from there`;
  }
  return undefined;
}

function ignored(reason: string): Request {
  return { kind: 'ignored', reason };
}

function brokenPayload(error: z.ZodError): EnvironmentError {
  const fields = error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.') || 'the payload'}: ${message}`);
  return new EnvironmentError(
    `the event's payload is not a pull_request event as GitHub sends it (${fields.join('; ')}); check the file that GITHUB_EVENT_PATH names`,
    { cause: error },
  );
}
