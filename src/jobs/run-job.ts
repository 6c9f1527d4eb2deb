import { ConfigurationError } from '../core/errors.ts';
import { isOwnHead } from '../events/own-head.ts';
import { pinHead } from '../events/pin.ts';
import type { BranchRequest, Request } from '../events/request.ts';
import { type Plan, planPullRequest } from '../plan.ts';
import { githubRepository } from '../targets/github-repository.ts';
import { runBranch } from './branch-run.ts';
import { answerCommand, tellNothing, tellWhy } from './command.ts';
import { type Asked, headOf, type JobDoor, nothingToDo } from './door.ts';
import { nothingRead } from './left-out.ts';
import { optimizeJob } from './optimize-job.ts';
import { planJob } from './plan-job.ts';
import { runPullRequest } from './pull-request-run.ts';
import { reportJob } from './report-job.ts';

/** Does what the event asks for, or this job's part of it. */
export async function runJob(door: JobDoor, request: Exclude<Request, { readonly kind: 'ignored' }>): Promise<void> {
  switch (door.settings.mode) {
    case 'optimize':
      return optimizeJob(door);
    case 'report':
      return reportJob(door);
    default:
  }
  const aboutPullRequest = request.kind !== 'branch' || door.settings.pullRequest !== undefined;
  if (!aboutPullRequest) {
    if (door.settings.mode === 'plan') {
      throw new ConfigurationError(
        '"mode: plan" is for pull requests; give the input "pull-request", or leave "mode" out.',
      );
    }
    return (await isOurs(door, request)) ? undefined : runBranch(door, request as BranchRequest);
  }
  const asked = await askedBy(door, request);
  if (asked === undefined) return;
  try {
    const plan = await planFor(door, asked);
    if (plan.kind === 'targets')
      return await (door.settings.mode === 'plan' ? planJob(door, asked, plan) : runPullRequest(door, asked, plan));
    await nothingRead(door, headOf(asked), plan);
    if (request.kind === 'command') await tellNothing(door, request, plan);
  } catch (error) {
    // Whoever asked waits for an answer; the job fails all the same.
    if (request.kind === 'command') await tellWhy(door, request, error);
    throw error;
  }
}

function planFor(door: JobDoor, { request, settings, names }: Asked): Promise<Plan> {
  return planPullRequest(githubRepository(door.octokit, request), request, settings.config, door.recognize, names);
}

async function askedBy(
  door: JobDoor,
  request: Exclude<Request, { readonly kind: 'ignored' }>,
): Promise<Asked | undefined> {
  const { settings } = door;
  const usual = { fromFork: false, action: 'optimize', names: settings.targets, options: {}, settings } as const;
  switch (request.kind) {
    case 'optimize':
      return (await isOurs(door, request)) ? undefined : { request, ...usual, names: [] };
    case 'command': {
      // Until something is found that the other jobs can do, there is nothing for them.
      door.output('groups', '[]');
      return answerCommand(door, request);
    }
    case 'branch': {
      // Whoever may dispatch a workflow may write to the repository; a fork's head needs more than a number.
      const pinned = await pinHead(door.octokit, { ...request, pullRequest: settings.pullRequest ?? 0 });
      if (pinned.kind === 'pinned') return { ...usual, request: pinned.request };
      nothingToDo(door, pinned.reason);
      return undefined;
    }
  }
}

/** What we delivered ourselves is no reason to begin again; whoever wants that can ask by a command. */
async function isOurs(door: JobDoor, request: Exclude<Request, { readonly kind: 'ignored' }>): Promise<boolean> {
  const pushed = request.kind === 'branch' && request.why === 'push' ? request.sha : undefined;
  const sha = request.kind === 'optimize' ? request.head.sha : pushed;
  if (sha === undefined || !(await isOwnHead(door.octokit, request, sha))) return false;
  nothingToDo(door, `${sha.slice(0, 7)} is a commit of Kernelwright's own`);
  return true;
}
