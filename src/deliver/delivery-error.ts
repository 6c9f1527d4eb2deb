import { EnvironmentError, messageOf, PermissionError, UserError } from '../core/errors.ts';

/** What octokit throws for an answer that is not a success, as far as it matters here. */
export interface HttpFailure {
  readonly status: number;
  readonly message: string;
  readonly response?: { readonly headers?: Readonly<Record<string, unknown>> };
}

/** The permission that an action needs, as `jobs.<id>.permissions` of a workflow spells it. */
const COMMENT_PERMISSION = 'pull-requests: write';

/** The failure of a request about the comments of a pull request, as one sentence for whoever must act. `where` is `owner/repo#7`. */
export function commentError(error: unknown, doing: string, where: string): UserError {
  if (error instanceof UserError) return error;
  const cause = { cause: error };
  if (!isHttpFailure(error)) {
    return new EnvironmentError(`GitHub could not be reached to ${doing} on ${where}: ${messageOf(error)}.`, cause);
  }
  const said = `GitHub answered ${error.status}: ${firstLine(error.message)}`;
  const failed = `Could not ${doing} on ${where}`;
  if (isRateLimit(error))
    return new EnvironmentError(`${failed}, because of a rate limit; run the job again later. ${said}`, cause);
  switch (error.status) {
    case 401:
      return new PermissionError(
        `${failed}: the token is not valid or has expired; pass a working one. ${said}`,
        cause,
      );
    case 403:
      return new PermissionError(forbidden(error, failed, said), cause);
    case 404:
    case 410:
      return new EnvironmentError(
        `${failed}: the pull request is not there, or the token cannot see this repository; check both. ${said}`,
        cause,
      );
    case 422:
      return new EnvironmentError(
        `${failed}: GitHub refused what was sent; please report this as a bug. ${said}`,
        cause,
      );
    default:
      return new EnvironmentError(`${failed}; run the job again later. ${said}`, cause);
  }
}

function forbidden(error: HttpFailure, failed: string, said: string): string {
  if (/locked/i.test(error.message))
    return `${failed}: the conversation is locked; unlock it and run the job again. ${said}`;
  return (
    `${failed}: the token lacks the permission \`${COMMENT_PERMISSION}\`; write \`permissions: ${COMMENT_PERMISSION}\` into the job ` +
    `(a pull request from a fork gets a read-only token whatever the job says). ${said}`
  );
}

/** GitHub answers its limits with 403 or 429; only headers and words tell them from a missing right. */
export function isRateLimit({ status, message, response }: HttpFailure): boolean {
  const headers = response?.headers ?? {};
  return (
    status === 429 ||
    (status === 403 &&
      (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(message)))
  );
}

/** By shape, as more than one version of `@octokit/request-error` can be installed at once. A failed fetch carries status 500 and no response. */
export function isHttpFailure(error: unknown): error is HttpFailure {
  return (
    error instanceof Error &&
    'status' in error &&
    typeof error.status === 'number' &&
    'response' in error &&
    error.response !== undefined
  );
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
