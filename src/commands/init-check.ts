import type { BenchmarkRun } from '../core/benchmark.ts';
import { ConfigurationError, EnvironmentError } from '../core/errors.ts';
import type { Target } from '../core/target.ts';
import type { LocalSettings } from '../events/settings.ts';
import type { Finding } from '../measure/doctor.ts';
import { renderBenchmarks } from '../report/benchmark-table.ts';
import type { Survey } from '../targets/draft/survey.ts';
import { conventionTarget } from '../targets/kernelbench.ts';
import type { Repository } from '../targets/repository.ts';
import { examineOrExplain, renderFindings } from './doctor.ts';
import type { Door } from './door.ts';
import { measureFirst } from './first-measurement.ts';
import { readConfigurationIfThere } from './local-targets.ts';
import { harnessFrom } from './options.ts';

/** What the machine has, and the first measurement on it, if there was one. */
export interface DraftCheck {
  readonly doctor: readonly Finding[];
  readonly bench?: BenchmarkRun;
}

/** Looks at the machine as `doctor` does and, where nothing is missing, measures the first target that can be measured. */
export async function checkDrafts(
  survey: Survey,
  settings: LocalSettings,
  repository: Repository,
  quiet: boolean,
  door: Door,
): Promise<DraftCheck> {
  const doctor = await examineOrExplain(settings, door);
  if (!quiet) door.print(`\n${renderFindings(doctor)}`);
  if (doctor.some(({ status }) => status === 'missing')) {
    door.step('nothing was measured, since this machine lacks something');
    door.exit(new EnvironmentError('').exitCode);
    return { doctor };
  }
  const targets = await targetsToTry(survey, settings.config, repository);
  if (targets.length === 0) return { doctor };
  const bench = await measureFirst(targets, repository, await harnessFrom(settings, door.env), door);
  if (!quiet) door.print(`\n${renderBenchmarks(bench, { color: door.color })}`);
  if (bench.targets.at(-1)?.outcome !== 'measured') door.exit(new ConfigurationError('').exitCode);
  return { doctor, bench };
}

/** Those of the configuration as it is on disk now, which may be an older one that was kept; then those that need none. */
async function targetsToTry({ drafts, convention }: Survey, config: string, repository: Repository): Promise<Target[]> {
  const isEmpty = drafts.every(({ problem }) => problem !== undefined);
  const written = isEmpty ? undefined : await readConfigurationIfThere(repository, config);
  return [...(written?.targets ?? []), ...convention.map((path) => conventionTarget(path))];
}
