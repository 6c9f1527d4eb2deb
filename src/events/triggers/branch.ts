import { z } from 'zod';
import { EnvironmentError } from '../../core/errors.ts';
import {
  account,
  fullRef,
  type GitHubEvent,
  type Ignored,
  ignored,
  isBot,
  type Place,
  placeOf,
  readPayload,
  sha,
} from './github-event.ts';

/** A run about a branch, without a pull request. */
export type BranchRequest = Branch & (Dispatched | Scheduled | Compared);

interface Branch extends Place {
  readonly kind: 'branch';
  /** In full, such as `refs/heads/main`; for a dispatch it may be a tag. */
  readonly ref: string;
  /** The commit that the run is about. */
  readonly sha: string;
}

interface Dispatched {
  readonly why: 'dispatch';
  /** Login of whoever started it, which takes write access. */
  readonly by: string;
}

interface Scheduled {
  readonly why: 'schedule';
}

interface Compared {
  readonly why: 'push' | 'merge-group';
  /** The commit to compare with: where the branch was before the push, or is into which a queue merges. */
  readonly before: string;
}

export function fromWorkflowDispatch(event: GitHubEvent): BranchRequest {
  const { sender } = readPayload(event, z.object({ sender: account }));
  return { kind: 'branch', why: 'dispatch', ...placeOf(event), ...runsFor(event), by: sender.login };
}

export function fromSchedule(event: GitHubEvent): BranchRequest {
  readPayload(event, z.object({ schedule: z.string() }));
  return { kind: 'branch', why: 'schedule', ...placeOf(event), ...runsFor(event) };
}

const pushSchema = z.object({
  ref: fullRef,
  before: sha,
  after: sha,
  deleted: z.boolean().optional(),
  sender: account,
});

export function fromPush(event: GitHubEvent): BranchRequest | Ignored {
  const { ref, before, after, deleted, sender } = readPayload(event, pushSchema);
  const place = placeOf(event);
  if (!ref.startsWith('refs/heads/')) return ignored(`${ref} is no branch; pushes to branches start a run`);
  if (deleted === true || isNoCommit(after)) return ignored(`${ref} was deleted`);
  // Otherwise a commit that a bot delivers would start the next run.
  if (isBot(sender)) return ignored(`${ref} was pushed to by the bot ${sender.login}; a push by a person starts a run`);
  if (isNoCommit(before)) return ignored(`${ref} is new, so there is nothing to compare it with`);
  return { kind: 'branch', why: 'push', ...place, ref, sha: after, before };
}

const mergeGroupSchema = z.object({
  action: z.string(),
  merge_group: z.object({ head_ref: fullRef, head_sha: sha, base_sha: sha }),
});

export function fromMergeGroup(event: GitHubEvent): BranchRequest | Ignored {
  const { action, merge_group: group } = readPayload(event, mergeGroupSchema);
  const place = placeOf(event);
  if (action !== 'checks_requested') {
    return ignored(`the action "${action}" of a merge group starts nothing; checks_requested does`);
  }
  return {
    kind: 'branch',
    why: 'merge-group',
    ...place,
    ref: group.head_ref,
    sha: group.head_sha,
    before: group.base_sha,
  };
}

/** GitHub writes zeros where there is no commit. */
function isNoCommit(id: string): boolean {
  return /^0+$/.test(id);
}

/** What the runner says that the workflow runs for; the payloads of these events do not have the commit. */
function runsFor(event: GitHubEvent): { readonly ref: string; readonly sha: string } {
  return {
    ref: variable('GITHUB_REF', event.ref, fullRef),
    sha: variable('GITHUB_SHA', event.sha, sha),
  };
}

function variable(name: string, value: string | undefined, schema: z.ZodString): string {
  const parsed = schema.safeParse(value ?? '');
  if (parsed.success) return parsed.data;
  const is = value ? `is ${JSON.stringify(value)}` : 'is not set';
  throw new EnvironmentError(`${name} ${is}; ${parsed.error.issues[0]?.message}, as GitHub's runner sets it`);
}
