import { glob } from 'node:fs/promises';
import { UserError } from '../core/errors.ts';
import type { NotStarted, StartedCheck } from '../deliver/check-run.ts';
import { tellWhy } from './command.ts';
import { type Asked, headOf, type JobDoor } from './door.ts';
import { mergeParts, type Part } from './merge.ts';
import { RESULT_FILE } from './optimize-job.ts';
import type { PlanFile } from './plan-file.ts';
import { endCheck, publish, takeOverCheck } from './publish.ts';
import { readPlan } from './read-plan.ts';
import { readResult } from './read-result.ts';
import { parseResult } from './result-file.ts';

/** The last of three jobs: puts together what the others found, and writes. */
export async function reportJob(door: JobDoor): Promise<void> {
  const { plan, hash } = await readPlan(door);
  const parts: Part[] = [];
  for await (const path of glob(`*/${RESULT_FILE}`, { cwd: door.settings.results })) {
    parts.push(await partIn(door.settings.results, path, plan, hash));
  }
  for (const part of parts) if (part.kind === 'failed') door.say(part.reason);
  const asked = askedIn(plan, door);
  const check = await takeOverCheck(door, headOf(asked));
  try {
    await publish(door, asked, mergeParts(plan, parts), check);
  } catch (error) {
    await tellFailure(door, asked, check, error);
    throw error;
  }
}

/** A check that nobody ends shows as running for ever, and whoever asked waits for an answer. */
async function tellFailure(
  door: JobDoor,
  { request, command }: Asked,
  check: StartedCheck | NotStarted,
  error: unknown,
): Promise<void> {
  const why = error instanceof UserError ? error.message : 'The report failed; its log says more.';
  await endCheck(door, check, 'neutral', why);
  if (command === undefined) return;
  await tellWhy(door, { ...request, comment: { id: command.commentId } }, error);
}

/** One job's result that is none costs the others nothing. */
async function partIn(folder: string, name: string, plan: PlanFile, hash: string): Promise<Part> {
  try {
    return { kind: 'found', outcome: parseResult(await readResult(folder, name), name, plan, hash) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: 'failed', reason: error.message };
  }
}

function askedIn(
  { repository, pullRequest, base, head, fromFork, action, overrides, command }: PlanFile,
  door: JobDoor,
): Asked {
  const [owner = '', repo = ''] = repository.split('/');
  return {
    request: { kind: 'optimize', owner, repo, pullRequest, base, head },
    ...{ fromFork, action, names: [], options: {} },
    settings: door.settingsWith(overrides),
    ...(command === undefined ? {} : { command }),
  };
}
