import { UserError } from '../core/errors.ts';
import { TUNER } from '../core/model.ts';
import type { PlannedTargets } from '../plan.ts';
import { type Asked, contextOf, headOf, type JobDoor } from './door.ts';
import { sayLeftOut } from './left-out.ts';
import { openProgressBoard } from './progress-board.ts';
import { beginCheck, endCheck, publish } from './publish.ts';
import { work } from './work.ts';

const CANCELLED = 'The job was cancelled.';

/** Everything for one pull request in one job, from what there is to do to the report. */
export async function runPullRequest(door: JobDoor, asked: Asked, plan: PlannedTargets): Promise<void> {
  sayLeftOut(door, plan.leftOut);
  const { settings, command } = asked;
  if (settings.modelNotice !== undefined) door.say(settings.modelNotice);
  const check = await beginCheck(door, headOf(asked));
  const names = plan.targets.map(({ target }) => target.name);
  // Whoever asked wants to see how far it is; anybody else is told of results alone.
  const isShown = settings.comment === 'always' || (settings.comment === 'on-result' && command !== undefined);
  const model = asked.action === 'bench' ? TUNER : settings.model;
  const board = isShown
    ? openProgressBoard(door, asked, names, { ...contextOf(door, asked), model, budget: settings.budget })
    : undefined;
  door.onCancel(async () => {
    await board?.breakOff(CANCELLED);
    await endCheck(door, check, 'cancelled', CANCELLED);
  });
  const outcome = await work(door, settings, asked.action, plan.targets, board?.tell).catch(async (error: unknown) => {
    door.onCancel(undefined);
    const why = error instanceof UserError ? `The run failed: ${error.message}` : 'The run failed; its log says more.';
    await board?.breakOff(why);
    await endCheck(door, check, 'neutral', why);
    throw error;
  });
  await board?.end();
  door.onCancel(undefined);
  await publish(door, asked, { ...outcome, leftOut: plan.leftOut }, check);
}
