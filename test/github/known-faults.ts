import type { Fault } from './faults.ts';

/*
 * GitHub's own faults, word for word, to be spread into `faults.add({ ...secondaryRateLimit(), method: 'POST' })`.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */

const LIMITS_PAGE = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';

/** Too many requests at once; GitHub answers 403 or 429. */
export function secondaryRateLimit(retryAfterSeconds = 1, status: 403 | 429 = 403): Fault {
  return {
    status,
    headers: { 'retry-after': String(retryAfterSeconds) },
    body: {
      message:
        'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. ' +
        'If you reach out to GitHub Support for help, please include the request ID.',
      documentation_url: `${LIMITS_PAGE}#about-secondary-rate-limits`,
      status: String(status),
    },
  };
}

/** The hour's requests are used up until `reset`, in seconds since 1970. */
export function primaryRateLimit(reset: number, status: 403 | 429 = 403): Fault {
  return {
    status,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset), 'x-ratelimit-resource': 'core' },
    body: {
      message: 'API rate limit exceeded for installation.',
      documentation_url: LIMITS_PAGE,
      status: String(status),
    },
  };
}

/** What a token without the permission gets; GitHub names those that would do, such as `contents=write`. */
export function notPermitted(accepted: string): Fault {
  return {
    status: 403,
    headers: { 'x-accepted-github-permissions': accepted },
    body: {
      message: 'Resource not accessible by integration',
      documentation_url: 'https://docs.github.com/rest',
      status: '403',
    },
  };
}

/** There is no such thing, or none that the token may see. */
export function missing(): Fault {
  return {
    status: 404,
    body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' },
  };
}

/** 502 and 504 come from GitHub's proxies with a short JSON message, 503 when it is overloaded. */
export function serverError(status: 500 | 502 | 503 | 504 = 502): Fault {
  return {
    status,
    body: { message: 'Server Error', documentation_url: 'https://docs.github.com/rest', status: String(status) },
  };
}

/** The connection ends without an answer. */
export function droppedConnection(when: 'before' | 'after' = 'before'): Fault {
  return { drop: when };
}

/** The right answer, late. */
export function slowAnswer(milliseconds: number): Fault {
  return { delay: milliseconds };
}
