import { readFile } from 'node:fs/promises';
import { EnvironmentError, messageOf } from '../core/errors.ts';
import type { GitHubEvent } from './request.ts';
import type { Environment } from './settings.ts';

/** What GitHub's runner says about the run, apart from inputs. */
export interface RunnerEnvironment {
  readonly event: GitHubEvent;
  /** Root of the REST API, without a slash at its end. */
  readonly apiUrl: string;
  /** Number of this run; `0` outside GitHub's runner. */
  readonly runId: string;
  /** Address of this run for links; undefined outside GitHub's runner. */
  readonly runUrl?: string;
}

/**
 * Reads the runner's variables and the event's payload.
 * @throws EnvironmentError when a variable is missing or the payload cannot be read.
 */
export async function readRunnerEnvironment(env: Environment): Promise<RunnerEnvironment> {
  const repository = needed(env, 'GITHUB_REPOSITORY');
  const event = {
    eventName: needed(env, 'GITHUB_EVENT_NAME'),
    payload: await readPayload(needed(env, 'GITHUB_EVENT_PATH')),
    repository,
    ...(env.GITHUB_SHA && { sha: env.GITHUB_SHA }),
    ...(env.GITHUB_REF && { ref: env.GITHUB_REF }),
  };
  const server = (env.GITHUB_SERVER_URL || 'https://github.com').replace(/\/+$/, '');
  return {
    event,
    apiUrl: (env.GITHUB_API_URL || 'https://api.github.com').replace(/\/+$/, ''),
    runId: env.GITHUB_RUN_ID || '0',
    ...(env.GITHUB_RUN_ID && { runUrl: `${server}/${repository}/actions/runs/${env.GITHUB_RUN_ID}` }),
  };
}

function needed(env: Environment, name: string): string {
  const value = env[name];
  if (value) return value;
  throw new EnvironmentError(
    `${name} is not set; GitHub's runner sets it: outside a workflow, use the command line, kernelwright optimize`,
  );
}

async function readPayload(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new EnvironmentError(`the event's payload ${path} (GITHUB_EVENT_PATH) cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
