import { join } from 'node:path';
import type { RunOutcome } from '../core/outcome.ts';
import type { Settings } from '../events/settings.ts';
import { chooseModel } from '../models/choose.ts';
import { optimize, type TargetWork } from '../optimize.ts';
import { JOURNAL_FILE } from '../refine/journal/journal.ts';
import type { Progress } from '../refine/progress.ts';
import type { JobDoor } from './door.ts';

/** Searches, and writes the journal beside the report. */
export async function search(
  door: JobDoor,
  settings: Settings,
  targets: readonly TargetWork[],
  onProgress: (event: Progress) => void,
): Promise<RunOutcome> {
  const { say } = door;
  return optimize({
    harness: await door.findHarness(),
    env: door.env,
    targets,
    model: chooseModel(settings, say),
    plan: settings.plan,
    budget: settings.budget,
    version: door.version,
    // Never resumed: whatever lies in a checkout may be a pull request's, and evidence in a journal is believed.
    journal: { path: join(settings.reportDir, JOURNAL_FILE), resume: false, log: say },
    onProgress,
    onStep: say,
  });
}
