import { ConfigurationError, EnvironmentError, messageOf, PermissionError, UserError } from '../core/errors.ts';

/** What Octokit throws; its class cannot be imported from `@octokit/rest`. */
interface RequestError extends Error {
  readonly status: number;
  readonly request: { readonly method: string; readonly url: string };
  /** Undefined when no answer came. */
  readonly response?: { readonly headers: Readonly<Record<string, string | number | undefined>> };
}

/**
 * Says what a failed request to GitHub means and who must act; `what` is what was being done, such as
 * `read the files of pull request #3`, and follows "cannot". An error that is worded for people
 * already comes back as it is.
 */
export function explainGitHubError(error: unknown, what: string): UserError {
  const cause = { cause: error };
  if (error instanceof UserError) return error;
  if (!isRequestError(error)) return new EnvironmentError(`cannot ${what}: ${oneLine(messageOf(error))}`, cause);
  const said = oneLine(error.message);
  const { status, response } = error;
  if (response === undefined) {
    const address = URL.canParse(error.request.url) ? new URL(error.request.url).origin : error.request.url;
    return new EnvironmentError(
      `cannot ${what}: ${address} cannot be reached (${networkReason(error)}); check the runner's network and proxy`,
      cause,
    );
  }
  if (isRateLimit(error)) {
    return new EnvironmentError(
      `cannot ${what}: GitHub's rate limit is used up${resetTime(error)}; run the job again later (GitHub said: ${said})`,
      cause,
    );
  }
  if (status === 401) {
    return new PermissionError(
      `cannot ${what}: GitHub does not accept the token; pass a valid one as the input github-token (GitHub said: ${said})`,
      cause,
    );
  }
  if (status === 403) {
    return new PermissionError(
      `cannot ${what}: the token lacks a permission; ${permissionAdvice(error)} (GitHub said: ${said})`,
      cause,
    );
  }
  if (status === 404) {
    return new ConfigurationError(
      `cannot ${what}: GitHub has no such thing, or the token may not see it; ${permissionAdvice(error)} (GitHub said: ${said})`,
      cause,
    );
  }
  if (status >= 500) {
    return new EnvironmentError(
      `cannot ${what}: GitHub answered ${status} each time it was tried; see https://www.githubstatus.com and run the job again (GitHub said: ${said})`,
      cause,
    );
  }
  return new EnvironmentError(`cannot ${what}: GitHub answered ${status} (${said})`, cause);
}

function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && error.name === 'HttpError' && 'status' in error && 'request' in error;
}

function isRateLimit({ status, message, response }: RequestError): boolean {
  if (status === 429) return true;
  return status === 403 && (response?.headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(message));
}

/** ` until 12:30 UTC`, or nothing when GitHub did not say. */
function resetTime({ response }: RequestError): string {
  const after = Number(response?.headers['retry-after']);
  if (after > 0) return ` for ${after} s more`;
  const reset = Number(response?.headers['x-ratelimit-reset']);
  return reset > 0 ? ` until ${new Date(reset * 1000).toISOString().slice(11, 16)} UTC` : '';
}

/** `add "pull-requests: write" to the workflow's permissions`; GitHub's own header knows best. */
function permissionAdvice(error: RequestError): string {
  const accepted = error.response?.headers['x-accepted-github-permissions'];
  const permission = typeof accepted === 'string' && accepted !== '' ? fromHeader(accepted) : fromRoute(error);
  return permission === undefined
    ? "check the workflow's permissions"
    : `add "${permission}" under "permissions:" of the workflow's job`;
}

/** `pull_requests=write,issues=write; …` names alternatives after `;` and what is needed together after `,`. */
function fromHeader(accepted: string): string | undefined {
  const parts = accepted.split(';')[0]?.split(',') ?? [];
  return parts.map((part) => part.trim().replaceAll('_', '-').replace('=', ': ')).join('" and "') || undefined;
}

function fromRoute({ request }: RequestError): string | undefined {
  const path = URL.canParse(request.url) ? new URL(request.url).pathname : request.url;
  const access = request.method === 'GET' ? 'read' : 'write';
  if (/\/(contents|git|compare|commits|branches)(\/|$)/.test(path)) return `contents: ${access}`;
  if (/\/(pulls|issues)(\/|$)/.test(path)) return `pull-requests: ${access}`;
  if (/\/check-(runs|suites)(\/|$)/.test(path)) return `checks: ${access}`;
  return /\/statuses(\/|$)/.test(path) ? `statuses: ${access}` : undefined;
}

/** `fetch failed` says nothing; what caused it does. */
function networkReason(error: RequestError): string {
  let deepest: unknown = error;
  while (deepest instanceof Error && deepest.cause !== undefined) deepest = deepest.cause;
  const code = typeof deepest === 'object' && deepest !== null && 'code' in deepest ? String(deepest.code) : '';
  return oneLine(messageOf(deepest) || code || error.message);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}
