import type { APIError } from '@anthropic-ai/sdk';
import { ConfigurationError, EnvironmentError } from '../core/errors.ts';
import { ContextExceeded } from '../core/model.ts';
import { type Endpoint, type Failure, permanent, quote } from './failure.ts';

/** Error types that a stream can carry after its 200 and that mean "try again". */
const TRANSIENT_TYPES = new Set(['overloaded_error', 'api_error', 'rate_limit_error', 'timeout_error']);

/** What an error that the API itself reports means: by its status, or inside a stream by its type. */
export function apiFailure(error: APIError, endpoint: Endpoint): Failure {
  const { baseUrl, model } = endpoint;
  const said = quote(error.apiMessage ?? error.message, endpoint.apiKey);
  const status = error.status ?? statusOfType(error.type);
  if (status === 401) {
    return permanent(
      new ConfigurationError(
        `The model API at ${baseUrl} refused the key (401): check the secret or the variable ANTHROPIC_API_KEY that holds it, and that it belongs to this API.`,
      ),
    );
  }
  if (status === 402 || /credit balance|billing/i.test(said)) {
    return permanent(
      new EnvironmentError(`The account behind the model key cannot pay (${said}): add credit, or use another key.`),
    );
  }
  if (status === 403) {
    return permanent(
      new EnvironmentError(
        `The model key may not use model "${model}" at ${baseUrl} (403: ${said}): give it the right, or change \`model\`.`,
      ),
    );
  }
  if (status === 404) {
    return permanent(
      new ConfigurationError(
        error.type === 'not_found_error'
          ? `The model API at ${baseUrl} knows no model "${model}" (404): change \`model\`.`
          : `There is no Messages API at ${baseUrl}/v1/messages (404): check \`base-url\`, and \`model\`, which is "${model}".`,
      ),
    );
  }
  if (
    status === 413 ||
    (status === 400 && /too long|context (window|length|size)|exceeds? .*context|too many tokens/i.test(said))
  ) {
    return permanent(
      new ContextExceeded(
        `The conversation is too long for model "${model}" (${said}): choose a \`model\` with a larger context, or fewer \`turns\`.`,
      ),
    );
  }
  if (status === 400 && /thinking|budget_tokens|effort|output_config/i.test(said)) {
    return permanent(
      new ConfigurationError(
        `The model API at ${baseUrl} refused how the model "${model}" is to think (400: ${said}): check \`thinking\` and \`model-effort\`, which not every model knows.`,
      ),
    );
  }
  if (status === 400 && /max_tokens/i.test(said)) {
    return permanent(
      new ConfigurationError(
        `The model API at ${baseUrl} refused the length of an answer of the model "${model}" (400: ${said}): change \`max-tokens\`.`,
      ),
    );
  }
  if (isTransient(error, status)) return overloaded(error, status, said, endpoint);
  return permanent(
    new ConfigurationError(
      `The model API at ${baseUrl} refused the request (${status ?? error.type ?? 'no status'}: ${said}): check \`model\`, which is "${model}".`,
    ),
  );
}

function overloaded(error: APIError, status: number | undefined, said: string, endpoint: Endpoint): Failure {
  const limited = status === 429;
  const what = limited
    ? 'rate limit (429)'
    : status === 529
      ? 'overloaded (529)'
      : `error ${status ?? error.type ?? 'in the stream'}`;
  const retryAfter = retryAfterOf(error);
  return {
    transient: true,
    what,
    ...(retryAfter !== undefined ? { retryAfter } : {}),
    error: new EnvironmentError(
      limited
        ? `The model API at ${endpoint.baseUrl} limits the rate of this key (429: ${said}): run again later, or raise the limit.`
        : `The model API at ${endpoint.baseUrl} is overloaded or failing (${what}: ${said}): run again later.`,
    ),
  };
}

function isTransient(error: APIError, status: number | undefined): boolean {
  const header = error.headers?.get('x-should-retry');
  if (header === 'true' || header === 'false') return header === 'true';
  if (error.status === undefined) return error.type === null || TRANSIENT_TYPES.has(error.type);
  return status === 408 || status === 409 || status === 429 || (status !== undefined && status >= 500);
}

/** An error inside a stream has a type and no status of its own. */
function statusOfType(type: string | null): number | undefined {
  const statuses: Record<string, number> = {
    invalid_request_error: 400,
    authentication_error: 401,
    billing_error: 402,
    permission_error: 403,
    not_found_error: 404,
    request_too_large: 413,
    rate_limit_error: 429,
    overloaded_error: 529,
  };
  return type === null ? undefined : statuses[type];
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date. */
function retryAfterOf(error: APIError): number | undefined {
  const milliseconds = Number.parseFloat(error.headers?.get('retry-after-ms') ?? '');
  if (milliseconds >= 0) return milliseconds;
  const header = error.headers?.get('retry-after') ?? '';
  const delay = /^\s*\d/.test(header) ? Number.parseFloat(header) * 1000 : Date.parse(header) - Date.now();
  return delay >= 0 ? delay : undefined;
}
