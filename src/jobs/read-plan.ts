import { readFile } from 'node:fs/promises';
import { EnvironmentError, messageOf } from '../core/errors.ts';
import type { JobDoor } from './door.ts';
import { type PlanFile, parsePlan } from './plan-file.ts';

/** The plan that the inputs name, held to the hash that they give. */
export async function readPlan({
  settings,
  repository,
}: JobDoor): Promise<{ readonly plan: PlanFile; readonly hash: string }> {
  const { path, hash } = settings.planned ?? { path: '', hash: '' };
  return { plan: parsePlan(await readText(path), path, hash, repository), hash };
}

/** @throws EnvironmentError where it cannot be read */
async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new EnvironmentError(
      `${path} cannot be read (${messageOf(error)}); download the artifact of the job before this one first.`,
      {
        cause: error,
      },
    );
  }
}
