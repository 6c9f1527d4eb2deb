import { setTimeout as delay } from 'node:timers/promises';
import { EnvironmentError } from '../core/errors.ts';
import type { Failure } from './failure.ts';

interface RetryOptions {
  /** Attempts after the first. */
  readonly maxRetries: number;
  readonly failureOf: (error: unknown) => Failure;
  readonly log: (line: string) => void;
  /** Milliseconds; tests pass a clock of their own. */
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** A job should not hold a GPU runner longer than this for one answer; in milliseconds. */
const LONGEST_WAIT = 120_000;
const FIRST_WAIT = 500;
const LONGEST_BACKOFF = 8_000;

/**
 * Runs `attempt` until it succeeds, fails for good, or has used its retries; waits as long as the API asks, else twice as long each time.
 *
 * The client's own retries are off: they end with the response's first byte, so a stream that breaks later needs a loop
 * here anyway, and one in the other would multiply the attempts.
 */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const sleep = options.sleep ?? ((milliseconds: number) => delay(milliseconds));
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const failure = options.failureOf(error);
      if (!failure.transient) throw failure.error;
      if (tries > options.maxRetries) throw giveUp(failure, tries);
      const wait = failure.retryAfter ?? backoff(tries);
      if (wait > LONGEST_WAIT) {
        throw new EnvironmentError(`${failure.error.message} It asks to wait ${Math.ceil(wait / 1000)} s.`);
      }
      options.log(
        `Model API: ${failure.what}; attempt ${tries + 1} of ${options.maxRetries + 1} in ${(wait / 1000).toFixed(1)} s.`,
      );
      await sleep(wait);
    }
  }
}

function giveUp(failure: Failure, tries: number): EnvironmentError {
  return new EnvironmentError(`${failure.error.message} It was tried ${tries} ${tries === 1 ? 'time' : 'times'}.`);
}

/** Milliseconds before the next attempt; up to a quarter less by chance, so that parallel jobs spread out. */
function backoff(tries: number): number {
  return Math.min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_BACKOFF) * (1 - Math.random() / 4);
}
