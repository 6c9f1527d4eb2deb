import type { BranchRequest } from '../events/request.ts';
import { configuredNames, planPullRequest } from '../plan.ts';
import type { ReportContext } from '../report/context.ts';
import { githubRevisions } from '../targets/github-revisions.ts';
import { type JobDoor, nothingToDo } from './door.ts';
import { nothingRead, sayLeftOut } from './left-out.ts';
import { beginCheck, leave } from './publish.ts';
import { underCheck } from './under-check.ts';
import { work } from './work.ts';

/**
 * A run that no pull request asks for, so that nobody gets a comment: files, outputs, summary and a check. After a push and in a merge queue
 * what changed is measured against what was there before; by schedule everything as it is; whoever dispatches it has targets optimized.
 */
export async function runBranch(door: JobDoor, request: BranchRequest): Promise<void> {
  const { settings } = door;
  const { owner, repo, ref, sha } = request;
  const before = 'before' in request ? request.before : sha;
  const repository = githubRevisions(door.octokit, { owner, repo, before, after: sha });
  const everything = request.why === 'dispatch' || request.why === 'schedule';
  const names =
    everything && settings.targets.length === 0
      ? await configuredNames(repository, sha, settings.config)
      : settings.targets;
  if (everything && names.length === 0)
    return nothingToDo(door, `${settings.config} names no target at ${sha.slice(0, 7)}`);
  const commits = { base: { sha: before, ref }, head: { sha, ref, repository: `${owner}/${repo}` } };
  const plan = await planPullRequest(repository, commits, settings.config, door.recognize, everything ? names : []);
  const commit = { owner, repo, headSha: sha };
  if (plan.kind === 'nothing') return nothingRead(door, commit, plan);
  sayLeftOut(door, plan.leftOut);
  const check = await beginCheck(door, commit);
  const targets = before === sha ? plan.targets.map(({ base: _, ...rest }) => rest) : plan.targets;
  const action = request.why === 'dispatch' ? 'optimize' : 'bench';
  const outcome = await underCheck(door, check, () => work(door, settings, action, targets));
  const context: ReportContext = {
    repository: { owner, repo },
    headSha: sha,
    version: door.version,
    ...(door.runUrl === undefined ? {} : { runUrl: door.runUrl }),
  };
  await leave(door, settings, { ...outcome, leftOut: plan.leftOut }, context, check);
}
