import type { RunOutcome } from '../core/outcome.ts';
import { makeReportFolder } from '../deliver/report-folder.ts';
import type { Settings } from '../events/settings.ts';
import type { TargetWork } from '../optimize.ts';
import type { Progress } from '../refine/progress.ts';
import { progressLine } from '../report/progress-line.ts';
import { bench } from './bench.ts';
import type { Asked, JobDoor } from './door.ts';
import { search } from './search.ts';

/** Does beside the GPU what was asked for: searches, or measures alone. Each step of it is a line of the log. */
export async function work(
  door: JobDoor,
  settings: Settings,
  action: Asked['action'],
  targets: readonly TargetWork[],
  onProgress: (event: Progress) => void = () => {},
): Promise<RunOutcome> {
  await makeReportFolder({ dir: settings.reportDir, root: door.workspace });
  const tell = (event: Progress) => {
    const line = progressLine(event);
    if (line !== undefined) door.say(line);
    onProgress(event);
  };
  return action === 'bench' ? bench(door, targets, tell) : search(door, settings, targets, tell);
}
