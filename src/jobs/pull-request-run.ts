import { TUNER } from '../core/model.ts';
import type { PlannedTargets } from '../plan.ts';
import { type Asked, contextOf, headOf, type JobDoor } from './door.ts';
import { sayLeftOut } from './left-out.ts';
import { openProgressBoard } from './progress-board.ts';
import { beginCheck, publish } from './publish.ts';
import { underCheck } from './under-check.ts';
import { work } from './work.ts';

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
  const searched = async () => {
    const found = await work(door, settings, asked.action, plan.targets, board?.tell);
    await board?.end();
    return found;
  };
  const outcome = await underCheck(door, check, searched, board?.breakOff);
  await publish(door, asked, { ...outcome, leftOut: plan.leftOut }, check);
}
