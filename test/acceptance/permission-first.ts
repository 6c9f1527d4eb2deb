import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PullRequestEvent } from '@octokit/webhooks-types';
import type { Repository } from '../github/repository.ts';
import type { LoggedRequest } from '../github/request-log.ts';

/** What is known of a run beside its requests. */
export interface AskedRun {
  readonly repository: Repository;
  readonly eventName: string;
  readonly payload: unknown;
  readonly inputs: Readonly<Record<string, string>>;
}

const MAY_WRITE = ['write', 'maintain', 'admin'];
/** To start these takes the right to write to the repository. */
const BY_WRITERS = ['push', 'merge_group', 'workflow_dispatch', 'schedule'];

/**
 * The requests of a run that asked to change something before it was proven that whoever caused the run may write: by GitHub's answer about
 * their permission, by a branch of the repository itself, or by the plan of an earlier job that the hash binds. Empty where all is well.
 */
export function writesBeforePermission(routes: readonly LoggedRequest[], run: AskedRun): readonly LoggedRequest[] {
  const from = provenAt(routes, run);
  return routes.filter(({ write }, at) => write && at <= from);
}

/** The index of the request whose answer proves it; -1 where nothing needs to be asked, `Infinity` where it is never proven. */
function provenAt(routes: readonly LoggedRequest[], { repository, eventName, payload, inputs }: AskedRun): number {
  if (inputs.mode === 'optimize') return Number.POSITIVE_INFINITY;
  if (inputs.mode === 'report') return isPlanned(inputs) ? -1 : Number.POSITIVE_INFINITY;
  if (BY_WRITERS.includes(eventName)) return -1;
  if (eventName === 'issue_comment') {
    const { login } = (payload as { comment: { user: { login: string } } }).comment.user;
    const role = repository.roleOf(repository.state.users.named(login));
    const asked = routes.findIndex(
      ({ path, status }) => path.endsWith(`/collaborators/${login}/permission`) && status === 200,
    );
    return asked >= 0 && MAY_WRITE.includes(role) ? asked : Number.POSITIVE_INFINITY;
  }
  const { head, base } = (payload as PullRequestEvent).pull_request ?? {};
  return eventName === 'pull_request' && head?.repo?.id === base?.repo.id ? -1 : Number.POSITIVE_INFINITY;
}

function isPlanned({ plan = '', 'plan-hash': hash }: Readonly<Record<string, string>>): boolean {
  return plan !== '' && createHash('sha256').update(readFileSync(plan)).digest('hex') === hash;
}
