import type { z } from 'zod';
import { GitHubError } from './errors.ts';
import type { Needs } from './permissions.ts';
import type { Repository } from './repository.ts';
import type { State } from './state.ts';
import type { Token } from './tokens.ts';

/** One request, after authentication. */
export interface Call {
  readonly state: State;
  readonly token: Token;
  readonly params: Readonly<Record<string, string>>;
  /** As the client wrote it, for the addresses of other pages. */
  readonly url: URL;
  /** Media types that the client accepts. */
  readonly accept: string;
  /** Parsed JSON; undefined without a body. */
  readonly json: unknown;
}

export interface RepositoryCall extends Call {
  readonly repository: Repository;
}

export interface Reply {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly raw?: { readonly mediaType: string; readonly content: Uint8Array };
  readonly headers?: Readonly<Record<string, string>>;
}

interface Described {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path in OpenAPI's notation. */
  readonly template: string;
  /** Page of the documentation, below https://docs.github.com/rest. */
  readonly docs: string;
  readonly needs: Needs;
}

export type Route = Described &
  (
    | { readonly scope: 'repository'; handle(call: RepositoryCall): Promise<Reply> | Reply }
    | { readonly scope: 'account'; handle(call: Call): Promise<Reply> | Reply }
  );

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

export function created(body: unknown, location?: string): Reply {
  return { status: 201, body, ...(location === undefined ? {} : { headers: { location } }) };
}

export const NO_CONTENT: Reply = { status: 204 };

/** Reads the body of a request, or answers 422 in GitHub's words. */
export function bodyOf<Schema extends z.ZodType>(call: Call, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(call.json ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new GitHubError(422, `Invalid request.\n\n${parsed.error.issues.map(explain).join('\n')}`);
}

function explain(issue: z.core.$ZodIssue): string {
  const field = issue.path.join('/');
  if (issue.code === 'invalid_type' && issue.input === undefined) return `"${field}" wasn't supplied.`;
  if (issue.code === 'too_big' && issue.origin === 'array') {
    return `No more than ${issue.maximum} items are allowed; ${(issue.input as unknown[]).length} were supplied.`;
  }
  if (issue.code === 'too_big' && issue.origin === 'string') {
    return `Only ${issue.maximum} characters are allowed; ${(issue.input as string).length} were supplied.`;
  }
  return `For 'properties/${field}', ${issue.message}.`;
}
