import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError, EnvironmentError } from '../core/errors.ts';
import { makeReportFolder } from '../deliver/report-folder.ts';
import { writeFileAtomically } from '../deliver/write-file.ts';
import type { TargetWork } from '../optimize.ts';
import { readWithFiles } from '../targets/baseline.ts';
import { callersOf } from '../targets/callers.ts';
import { dependencyGraph } from '../targets/dependencies/graph.ts';
import { githubRepository } from '../targets/github-repository.ts';
import type { JobDoor } from './door.ts';
import { groupOf, type PlanFile, type PlannedTarget, requirePlanned } from './plan-file.ts';
import { readPlan } from './read-plan.ts';
import { renderResultFile } from './result-file.ts';
import { work } from './work.ts';

export const RESULT_FILE = 'outcome.json';

/** The second of three jobs: optimizes one group beside a GPU, with a token that may read and nothing else. */
export async function optimizeJob(door: JobDoor): Promise<void> {
  await forgetEarlier(door);
  const { plan, hash } = await readPlan(door);
  const settings = door.settingsWith(plan.overrides);
  const targets = groupOf(plan, door.settings.group ?? '');
  if (settings.modelNotice !== undefined) door.say(settings.modelNotice);
  const read = await Promise.all(targets.map((planned) => readAsPlanned(door, plan, planned)));
  const outcome = await work(door, settings, plan.action, read);
  await writeFileAtomically(join(settings.reportDir, RESULT_FILE), renderResultFile(outcome, hash));
  door.say(`The result is ${join(settings.reportDir, RESULT_FILE)}; the job with "mode: report" reads it.`);
}

/** On a machine of one's own the workspace outlives the job: a result of an earlier one must not be uploaded as this one's, should it fail. */
async function forgetEarlier({ settings, workspace }: JobDoor): Promise<void> {
  await makeReportFolder({ dir: settings.reportDir, root: workspace });
  await rm(join(settings.reportDir, RESULT_FILE), { recursive: true, force: true });
}

/** The target's files at the planned commits: read again, since artifacts are not to be believed. */
async function readAsPlanned(
  door: JobDoor,
  plan: PlanFile,
  { target, written = target, baseline, base }: PlannedTarget,
): Promise<TargetWork> {
  const [owner = '', repo = ''] = plan.repository.split('/');
  const repository = githubRepository(door.octokit, { owner, repo, pullRequest: plan.pullRequest });
  const head = await readWithFiles(dependencyGraph(repository, plan.head.sha), written);
  if (head === undefined)
    throw new EnvironmentError(
      `${target.name}: ${target.source} is not at the planned commit any more; run the workflow again.`,
    );
  requirePlanned(head.baseline, baseline, target.name);
  const callers = await callersOf(repository, plan.head.sha, target, head.baseline);
  if (base === undefined) return { target, baseline: head.baseline, callers, base: {} };
  const before = await readWithFiles(dependencyGraph(repository, plan.base.sha), written);
  if (before === undefined)
    throw new ConfigurationError(
      `${target.name}: its files at the base cannot be read any more; run the workflow again.`,
    );
  requirePlanned(before.baseline, base, target.name);
  return { target, baseline: head.baseline, callers, base: { files: before.baseline } };
}
