import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for files that nobody needs afterwards. */
export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
}

// A child that is being ended may still write into it.
const REMOVE = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 } as const;

/** Makes a folder among the temporary ones; it is removed when it is disposed of, or else when the process exits. */
export async function makeScratchFolder(prefix: string): Promise<ScratchFolder> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  const removeNow = () => rmSync(path, REMOVE);
  process.once('exit', removeNow);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, REMOVE);
      process.off('exit', removeNow);
    },
  };
}

/** GitHub's runner ends a cancelled job 7.5 s after it has asked: https://docs.github.com/actions/reference/workflow-cancellation-reference */
const LAST_WORDS_MS = 6_000;

/**
 * Lets Ctrl-C and the like end the process by an orderly exit, with the status that a shell expects (130 for SIGINT): by default Node
 * ends at once, and neither are folders removed nor children told. For doors: it belongs to the process, not to a part of it.
 *
 * @param lastWords what is still done before, for a few seconds at most; a second signal does not wait for it
 */
export function exitOnSignals(lastWords?: () => Promise<void>): void {
  let isEnding = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const end = () => process.exit(128 + constants.signals[signal]);
      if (isEnding || lastWords === undefined) return end();
      isEnding = true;
      const patience = new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS));
      // Whatever fails there, the process ends.
      void Promise.race([lastWords(), patience]).then(end, end);
      return undefined;
    });
  }
}
