import { UserError } from '../core/errors.ts';
import type { NotStarted, StartedCheck } from '../deliver/check-run.ts';
import type { JobDoor } from './door.ts';
import { endCheck } from './publish.ts';

const CANCELLED = 'The job was cancelled.';

/**
 * Does what a check shows as running. Where it fails or the job is cancelled the check ends too: one that nobody ends would run for ever.
 *
 * @param breakOff told first of what the check then says, a sentence
 */
export async function underCheck<T>(
  door: JobDoor,
  check: StartedCheck | NotStarted,
  work: () => Promise<T>,
  breakOff: (because: string) => Promise<void> = async () => {},
): Promise<T> {
  const end = async (conclusion: 'cancelled' | 'neutral', because: string) => {
    await breakOff(because);
    await endCheck(door, check, conclusion, because);
  };
  door.onCancel(() => end('cancelled', CANCELLED));
  try {
    const done = await work();
    door.onCancel(undefined);
    return done;
  } catch (error) {
    door.onCancel(undefined);
    await end(
      'neutral',
      error instanceof UserError ? `The run failed: ${error.message}` : 'The run failed; its log says more.',
    );
    throw error;
  }
}
