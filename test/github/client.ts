import { Octokit } from '@octokit/rest';
import type { Permissions } from './permissions.ts';
import type { LocalGitHub } from './server.ts';
import type { TokenOptions } from './tokens.ts';

/** What a workflow's token gets from `permissions: write-all`. */
export const WRITE_ALL: Permissions = {
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  checks: 'write',
  actions: 'write',
};

/** Refusals are what these tests are about, so nobody needs to read of them. */
export const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The real client, with a new token; a workflow's with all permissions unless told otherwise. */
export function connect(github: LocalGitHub, token: Partial<TokenOptions> = {}): Octokit {
  const auth = github.createToken({ kind: 'installation', permissions: WRITE_ALL, ...token });
  return new Octokit({ auth, baseUrl: github.url, log: SILENT });
}

/** The client with whatever it is given as a token, or with none. */
export function connectAs(github: LocalGitHub, auth?: string): Octokit {
  return new Octokit({ ...(auth === undefined ? {} : { auth }), baseUrl: github.url, log: SILENT });
}

export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly errors: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** How GitHub refused. Throws when it did not. */
export async function refusalOf(request: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) throw new Error('The request was not refused.');
  const { response, ...rest } = error as {
    status: number;
    message: string;
    response?: { data: { message?: string; errors?: unknown }; headers: Record<string, unknown> };
  };
  return {
    status: rest.status,
    message: response?.data.message ?? rest.message,
    errors: response?.data.errors,
    headers: response?.headers ?? {},
  };
}
