import { ConfigurationError, EnvironmentError, messageOf, PermissionError, UserError } from '../core/errors.ts';

/** What Octokit throws; its class cannot be imported from `@octokit/rest`. */
interface RequestError extends Error {
  readonly status: number;
  readonly request: { readonly method: string; readonly url: string };
  /** Undefined when no answer came; the status is then 500. */
  readonly response?: { readonly headers: Readonly<Record<string, string | number | undefined>> };
}

interface Diagnosis {
  readonly Failure: new (message: string, options: ErrorOptions) => UserError;
  /** Follows "Kernelwright cannot do this: ". */
  readonly why: string;
}

/**
 * Says in one sentence what a failed request to GitHub means and who must act; `what` is what was being done, such as
 * `read the files of pull request #3`, and follows "cannot". An error that is worded for people already comes back as it is.
 */
export function explainGitHubError(error: unknown, what: string): UserError {
  if (error instanceof UserError) return error;
  const { Failure, why } = isRequestError(error) ? diagnose(error) : unknownFailure(error);
  return new Failure(`Kernelwright cannot ${what}: ${why}.`, { cause: error });
}

/** Whether GitHub says that this token may not do it; it tells its rate limits with the same status. */
export function isForbidden(error: unknown): boolean {
  return isRequestError(error) && error.status === 403 && !isRateLimit(error);
}

/** Whether GitHub says that there is no such thing, or none that this token may see. */
export function isNotFound(error: unknown): boolean {
  return isRequestError(error) && error.status === 404;
}

/** The status of GitHub's answer; undefined where none came, and for any other error. */
export function statusOf(error: unknown): number | undefined {
  return isRequestError(error) && error.response !== undefined ? error.status : undefined;
}

/** Whether the request may have taken effect all the same: no answer came, or one from a server or proxy that failed half-way. */
export function mayHaveTakenEffect(error: unknown): boolean {
  return isRequestError(error) && (error.response === undefined || error.status >= 500);
}

function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && error.name === 'HttpError' && 'status' in error && 'request' in error;
}

function unknownFailure(error: unknown): Diagnosis {
  return { Failure: EnvironmentError, why: oneLine(messageOf(error)) };
}

function diagnose(error: RequestError): Diagnosis {
  if (error.response === undefined) {
    const address = URL.canParse(error.request.url) ? new URL(error.request.url).origin : error.request.url;
    const why = `${address} cannot be reached (${networkReason(error)}); check the runner's network and proxy`;
    return { Failure: EnvironmentError, why };
  }
  const { Failure, why } = diagnoseAnswer(error);
  return { Failure, why: `${why} (GitHub said: ${oneLine(error.message)})` };
}

function diagnoseAnswer(error: RequestError): Diagnosis {
  const { status } = error;
  if (isRateLimit(error)) {
    const why = `GitHub's rate limit is used up${resetTime(error)}; run the job again later`;
    return { Failure: EnvironmentError, why };
  }
  if (status >= 500) {
    const why = `GitHub answered ${status} each time it was tried; see https://www.githubstatus.com and run the job again`;
    return { Failure: EnvironmentError, why };
  }
  switch (status) {
    case 401: {
      const why = 'GitHub does not accept the token; pass a valid one as the input github-token';
      return { Failure: PermissionError, why };
    }
    case 403:
      return { Failure: PermissionError, why: forbidden(error) };
    case 404: {
      const why = `GitHub has no such thing, or the token may not see it; ${permissionAdvice(error)}`;
      return { Failure: ConfigurationError, why };
    }
    case 410: {
      const why = 'it is gone from GitHub, or switched off in the settings of the repository; check both';
      return { Failure: ConfigurationError, why };
    }
    case 422:
      return { Failure: EnvironmentError, why: 'GitHub answered 422 to what was sent; please report this as a bug' };
    default:
      return { Failure: EnvironmentError, why: `GitHub answered ${status}; run the job again later` };
  }
}

/** GitHub answers its limits with 403 or 429; only headers and words tell them from a missing right. */
function isRateLimit({ status, message, response }: RequestError): boolean {
  if (status === 429) return true;
  const headers = response?.headers ?? {};
  const told = headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0';
  return status === 403 && (told || /rate limit/i.test(message));
}

/** ` until 12:30 UTC`, or nothing when GitHub did not say. */
function resetTime({ response }: RequestError): string {
  const after = Number(response?.headers['retry-after']);
  if (after > 0) return ` for ${after} s more`;
  const reset = Number(response?.headers['x-ratelimit-reset']);
  return reset > 0 ? ` until ${new Date(reset * 1000).toISOString().slice(11, 16)} UTC` : '';
}

function forbidden(error: RequestError): string {
  if (/\blocked\b/i.test(error.message)) return 'the conversation is locked; unlock it and run the job again';
  if (/not permitted to create or approve pull requests/i.test(error.message)) {
    return 'workflows may not open pull requests in this repository; allow "GitHub Actions to create and approve pull requests" under Settings, Actions, General';
  }
  // No permission in the workflow file helps there, so whoever reads this should not search for long.
  const fork =
    error.request.method === 'GET'
      ? ''
      : ', unless the pull request comes from a fork: those get a read-only token whatever the job says';
  return `the token lacks a permission; ${permissionAdvice(error)}${fork}`;
}

/** `add "pull-requests: write" under …`. GitHub's own header knows best; of what it offers, the one that our documentation asks for. */
function permissionAdvice(error: RequestError): string {
  const expected = fromRoute(error);
  const accepted = fromHeader(error);
  const permission = accepted.find((alternative) => alternative === expected) ?? accepted[0] ?? expected;
  return permission === undefined
    ? "check the workflow's permissions"
    : `add "${permission}" under "permissions:" of the workflow's job`;
}

/** `issues=write; pull_requests=write,contents=read` has alternatives between `;` and what is needed together between `,`. */
function fromHeader({ response }: RequestError): string[] {
  const alternatives = String(response?.headers['x-accepted-github-permissions'] ?? '').split(';');
  const spelled = (part: string) => part.trim().replaceAll('_', '-').replace('=', ': ');
  return (
    alternatives
      // Every token has it, and a workflow cannot ask for it.
      .filter((needed) => !/\bmetadata=/.test(needed))
      .map((needed) => needed.split(',').map(spelled).join('" and "'))
      .filter((text) => text !== '')
  );
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

/** Without the full stop, as the sentence goes on. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300).replace(/\.$/, '');
}
