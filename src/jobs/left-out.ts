import type { LeftOut } from '../core/outcome.ts';
import type { NothingPlanned } from '../plan.ts';
import { leftOutList } from '../report/left-out.ts';
import { type JobDoor, nothingToDo } from './door.ts';
import { beginCheck, type CheckedCommit, endCheck } from './publish.ts';

/** In the log, at once: the report comes much later. */
export function sayLeftOut({ say }: Pick<JobDoor, 'say'>, leftOut: readonly LeftOut[]): void {
  for (const { name, because } of leftOut) say(`${name} is left out: ${because}`);
}

/**
 * Nothing is to be done. That is quiet where nothing changed; where something did that cannot be read, the job summary and a check say what
 * has to be mended.
 */
export async function nothingRead(
  door: JobDoor,
  commit: CheckedCommit,
  { reason, leftOut }: NothingPlanned,
): Promise<void> {
  nothingToDo(door, reason);
  if (leftOut.length === 0) return;
  const text = leftOutList(leftOut);
  await door.summarize(`${text}\n`);
  await endCheck(door, await beginCheck(door, commit), 'neutral', 'Nothing that changed could be read.', text);
}
