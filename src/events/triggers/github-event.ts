import { z } from 'zod';
import { EnvironmentError } from '../../core/errors.ts';

/** One GitHub event as it arrives. */
export interface GitHubEvent {
  readonly eventName: string;
  readonly payload: unknown;
  /** `owner/name`, as in `GITHUB_REPOSITORY`. */
  readonly repository: string;
  /** The commit that the workflow runs for, as in `GITHUB_SHA`. */
  readonly sha?: string;
  /** The branch or tag that it runs for, in full, as in `GITHUB_REF`. */
  readonly ref?: string;
}

/** A repository on GitHub. */
export interface Place {
  readonly owner: string;
  readonly repo: string;
}

/** The event asks for nothing; `reason` goes into the log. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly reason: string;
}

export function ignored(reason: string): Ignored {
  return { kind: 'ignored', reason };
}

/*
 * Pieces of payloads. Schemas name only what is used; GitHub sends far more.
 */

export const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'expected a commit SHA');
export const repositoryName = z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'expected owner/name');
/** It goes into a request's path and into the log. */
export const account = z.object({
  login: z.string().regex(/^[\w-]+(\[bot\])?$/, 'expected a login'),
  type: z.string(),
});
/** A branch or tag in full; no control character, so that it may be logged. */
export const fullRef = z.string().regex(/^refs\/[^\p{Cc}\s]+$/u, 'expected a full ref, such as refs/heads/main');

/** Machines do not start runs: what they write or push may be our own. */
export function isBot({ login, type }: z.infer<typeof account>): boolean {
  return type === 'Bot' || login.endsWith('[bot]');
}

/**
 * The payload, checked.
 * @throws EnvironmentError for one that is not what GitHub sends.
 */
export function readPayload<Schema extends z.ZodType>(event: GitHubEvent, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(event.payload);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 3);
  const fields = issues.map(({ path, message }) => `${path.join('.') || 'the payload'}: ${message}`);
  const article = /^[aeiou]/.test(event.eventName) ? 'an' : 'a';
  throw new EnvironmentError(
    `the event's payload is not ${article} ${event.eventName} event as GitHub sends it (${fields.join('; ')}); check the file that GITHUB_EVENT_PATH names`,
    { cause: parsed.error },
  );
}

/**
 * The repository that the workflow runs in.
 * @throws EnvironmentError when `GITHUB_REPOSITORY` is not `owner/name`.
 */
export function placeOf({ repository }: GitHubEvent): Place {
  const [owner, repo] = repositoryName.safeParse(repository).data?.split('/') ?? [];
  if (owner !== undefined && repo !== undefined) return { owner, repo };
  throw new EnvironmentError(
    `GITHUB_REPOSITORY is ${JSON.stringify(repository)}; expected owner/name, as GitHub's runner sets it`,
  );
}
