import { setTimeout as delay } from 'node:timers/promises';
import { explainGitHubError, mayHaveTakenEffect } from '../events/github-error.ts';
import type { Sleep } from './delivery.ts';

const ATTEMPTS = 2;

/** When to look for what was not confirmed, in milliseconds after the last look: GitHub's lists may lag behind. */
const LOOK_AFTER_MS = [1_000, 3_000];

/** For requests in `writeOnce`: the client would repeat them blindly. Its waits for rate limits stay, as nothing was written then. */
export const NO_RETRIES = { retries: 0 } as const;

export const wait: Sleep = (milliseconds) => delay(milliseconds);

/**
 * A write that must not take effect twice. One that was not confirmed may have taken effect all the same, so each attempt is
 * followed by a look for what it left behind, the last one too. `write` passes `request: NO_RETRIES`; `find` gives what is there, or
 * undefined. Fails as Octokit does.
 */
export async function writeOnce<T>(
  write: () => Promise<T>,
  find: () => Promise<T | undefined>,
  sleep: Sleep,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await write();
    } catch (error) {
      if (!mayHaveTakenEffect(error)) throw error;
      const found = await lookAgain(find, sleep);
      if (found !== undefined) return found;
      if (tries === ATTEMPTS) throw error;
    }
  }
}

async function lookAgain<T>(find: () => Promise<T | undefined>, sleep: Sleep): Promise<T | undefined> {
  for (const milliseconds of LOOK_AFTER_MS) {
    await sleep(milliseconds);
    const found = await find();
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @throws PermissionError, ConfigurationError or EnvironmentError as `explainGitHubError` words them; `what` follows "cannot". */
export async function attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explainGitHubError(error, what);
  }
}
