import { UserError } from '../src/core/errors.ts';
import { exitOnSignals } from '../src/deliver/scratch-folder.ts';

/** Runs what a script is for, and ends with the status that it gives, or with that of a user's mistake and its sentence. */
export async function asScript(main: () => Promise<number>): Promise<void> {
  exitOnSignals();
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}
