import { defaults as runnerDefaults } from '@actions/github/lib/utils';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit as Rest } from '@octokit/rest';
import packageJson from '../../package.json' with { type: 'json' };

export { explainGitHubError } from './github-error.ts';

/** A line of the run's log. */
export interface Log {
  debug(message: string): void;
  warn(message: string): void;
}

export interface OctokitOptions {
  readonly token: string;
  /** Root of the REST API, such as `https://api.github.com`. */
  readonly apiUrl: string;
  readonly log: Log;
  /** How often one request is tried again; 3 when left out. */
  readonly retries?: number;
}

/** A runner with a GPU is too dear to sleep on it; a primary limit may take an hour to reset. */
const LONGEST_WAIT_S = 120;

const Client = Rest.plugin(retry, throttling);

export type Octokit = InstanceType<typeof Client>;

/**
 * A client for GitHub's REST API that waits as GitHub asks when a rate limit is hit, and tries again after server and network
 * errors (after 1, 4 and 9 seconds), each at most `retries` times. A request that must not take effect twice passes
 * `request: { retries: 0 }`, which leaves it only the waits for rate limits. `explainGitHubError` words what still fails.
 */
export function createOctokit({ token, apiUrl, log, retries = 3 }: OctokitOptions): Octokit {
  const tryAgain =
    (limit: string) =>
    (after: number, { method, url }: { method: string; url: string }, _: unknown, count: number) => {
      const again = count < retries && after <= LONGEST_WAIT_S;
      log.warn(
        `GitHub's ${limit} is reached at ${method} ${url}; ${again ? `trying again in ${after} s` : 'giving up'}.`,
      );
      return again;
    };
  return new Client({
    auth: token,
    baseUrl: apiUrl.replace(/\/+$/, ''),
    userAgent: `kernelwright/${packageJson.version}`,
    // Actions' own fetch goes through the proxy that the runner's variables name.
    request: { fetch: runnerDefaults.request?.fetch },
    log: {
      debug: () => {},
      info: (line: string) => log.debug(line),
      warn: (line: string) => log.warn(line),
      error: (line: string) => log.debug(line),
    },
    // Rate limits (403, 429) belong to the other plugin: both at once would multiply the retries.
    retry: { retries, doNotRetry: [400, 401, 403, 404, 409, 410, 413, 422, 429, 451] },
    throttle: { onRateLimit: tryAgain('rate limit'), onSecondaryRateLimit: tryAgain('secondary rate limit') },
  });
}
