import { join } from 'node:path';
import { hashFiles } from '../core/source.ts';
import { makeReportFolder } from '../deliver/report-folder.ts';
import { writeFileAtomically } from '../deliver/write-file.ts';
import { overridesOf } from '../events/command/overrides.ts';
import type { PlannedTargets } from '../plan.ts';
import { type Asked, headOf, type JobDoor, nothingToDo } from './door.ts';
import { sayLeftOut } from './left-out.ts';
import { renderPlan } from './plan-file.ts';
import { beginCheck } from './publish.ts';

const PLAN_FILE = 'plan.json';

/** GitHub runs at most 256 jobs of a matrix: https://docs.github.com/actions/reference/limits */
const MOST_GROUPS = 256;

/** The first of three jobs: says what is to be optimized, for the jobs beside the GPUs, each of which gets a group. */
export async function planJob(door: JobDoor, asked: Asked, plan: PlannedTargets): Promise<void> {
  const { request, command, fromFork } = asked;
  const targets = plan.targets.map(({ target, written, baseline, base }) => ({
    target,
    ...(target.project === undefined ? {} : { written }),
    baseline: hashFiles(baseline),
    ...(base.files === undefined ? {} : { base: hashFiles(base.files) }),
  }));
  const groups = grouped(targets.map(({ target }) => target.name));
  const [first, ...others] = targets;
  const [firstGroup, ...otherGroups] = groups;
  if (first === undefined || firstGroup === undefined) return nothingToDo(door, 'no target is left');
  const { text, hash } = renderPlan({
    version: door.version,
    repository: door.repository,
    pullRequest: request.pullRequest,
    base: request.base,
    head: request.head,
    fromFork,
    ...(command === undefined ? {} : { command }),
    action: asked.action,
    overrides: overridesOf(asked.options),
    targets: [first, ...others],
    leftOut: plan.leftOut,
    groups: [firstGroup, ...otherGroups],
  });
  const dir = asked.settings.reportDir;
  await makeReportFolder({ dir, root: door.workspace });
  await writeFileAtomically(join(dir, PLAN_FILE), text);
  door.output('groups', JSON.stringify(groups.map((_, index) => `${index}`)));
  door.output('plan-hash', hash);
  sayLeftOut(door, plan.leftOut);
  for (const [index, names] of groups.entries()) door.say(`group ${index}: ${names.join(', ')}`);
  // By its check a run is found by who asks how it stands or wants it to end; the last job ends the check.
  await beginCheck(door, headOf(asked));
}

/** One target each, as long as there are jobs enough. */
function grouped(names: readonly string[]): [string, ...string[]][] {
  const count = Math.min(names.length, MOST_GROUPS);
  return Array.from({ length: count }, (_, group) => names.filter((__, index) => index % count === group)).filter(
    (group): group is [string, ...string[]] => group.length > 0,
  );
}
