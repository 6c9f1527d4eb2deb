import { join } from 'node:path';
import { TUNER } from '../core/model.ts';
import type { RunOutcome } from '../core/outcome.ts';
import { makeReportFolder } from '../deliver/report-folder.ts';
import type { Settings } from '../events/settings.ts';
import { chooseModel } from '../models/choose.ts';
import { optimize, type TargetWork } from '../optimize.ts';
import { JOURNAL_FILE } from '../refine/journal/journal.ts';
import type { Progress } from '../refine/progress.ts';
import { progressLine } from '../report/progress-line.ts';
import type { JobDoor } from './door.ts';

/** Searches, or for `bench` measures alone, and writes the journal beside the report. */
export async function search(
  door: JobDoor,
  settings: Settings,
  action: 'optimize' | 'bench',
  targets: readonly TargetWork[],
  onProgress: (event: Progress) => void = () => {},
): Promise<RunOutcome> {
  const { say } = door;
  await makeReportFolder({ dir: settings.reportDir, root: door.workspace });
  const outcome = await optimize({
    harness: await door.findHarness(),
    env: door.env,
    targets,
    model: action === 'bench' ? TUNER : chooseModel(settings, say),
    plan: action === 'bench' ? { ...settings.plan, turns: 0 } : settings.plan,
    budget: settings.budget,
    version: door.version,
    // Never resumed: whatever lies in a checkout may be a pull request's, and evidence in a journal is believed.
    journal: { path: join(settings.reportDir, JOURNAL_FILE), resume: false, log: say },
    onProgress: (event) => {
      const line = progressLine(event);
      if (line !== undefined) say(line);
      onProgress(event);
    },
    onStep: say,
  });
  if (action === 'optimize') return outcome;
  const ended = 'Only measured as it is, as was asked.';
  return {
    ...outcome,
    targets: outcome.targets.map((target) => (target.baselineFailed ? target : { ...target, ended })),
  };
}
