import { messageOf } from '../core/errors.ts';
import { upsertComment } from '../deliver/upsert-comment.ts';
import type { Progress } from '../refine/progress.ts';
import { type ProgressContext, renderCancelled, renderProgress } from '../report/progress-comment.ts';
import { isWorthTelling, type Moment } from '../report/progress-pace.ts';
import { afterEvent, noProgress } from '../report/progress-state.ts';
import type { Asked, JobDoor } from './door.ts';

/** The comment while a run goes on. Nothing of it is worth a failed run: what GitHub refuses is told in the log, and the last word is the report's. */
export interface ProgressBoard {
  readonly tell: (event: Progress) => void;
  /** Waits for what is under way; nothing is written afterwards. */
  readonly end: () => Promise<void>;
  /** The last word of a run that comes to no report; `because` is a sentence. */
  readonly breakOff: (because: string) => Promise<void>;
}

export function openProgressBoard(
  { octokit, say }: JobDoor,
  { request }: Asked,
  targets: readonly string[],
  context: Omit<ProgressContext, 'seconds'>,
): ProgressBoard {
  const began = performance.now();
  let state = noProgress(targets);
  let told: Moment | undefined;
  let writing: Promise<void> | undefined;
  let ended = false;

  const now = () => (performance.now() - began) / 1000;
  const write = async (body: string) => {
    try {
      await upsertComment(octokit, { ...request, body });
    } catch (error) {
      say(`The progress could not be shown: ${messageOf(error)}`);
    }
  };
  const update = () => {
    const next = { state, seconds: now() };
    if (ended || writing !== undefined || !isWorthTelling(told, next)) return;
    told = next;
    writing = write(renderProgress(state, { ...context, seconds: next.seconds })).finally(() => {
      writing = undefined;
    });
  };
  update();
  return {
    tell(event) {
      state = afterEvent(state, event);
      update();
    },
    async end() {
      ended = true;
      await writing;
    },
    async breakOff(because) {
      ended = true;
      await writing;
      await write(renderCancelled(state, { ...context, seconds: now() }, because));
    },
  };
}
