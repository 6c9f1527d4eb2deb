import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError, messageOf, UserError } from '../core/errors.ts';
import type { RunOutcome } from '../core/outcome.ts';
import type { ReportContext } from '../report/context.ts';
import { patchNameOf, pictureNameOf } from '../report/file-names.ts';
import { patchOf } from '../report/patch.ts';
import { renderReport } from '../report/report.ts';
import { renderResult } from '../report/result.ts';
import { turnsSvg } from '../report/turns/svg.ts';
import { requireInside } from './inside.ts';
import { writeFileAtomically } from './write-file.ts';

/** Where reports go: the folder `dir`, which must not lead out of `root` by any symbolic link. */
export interface ReportPlace {
  readonly dir: string;
  readonly root: string;
}

/** Absolute or relative, as `dir` was. */
export interface ReportFiles {
  readonly report: string;
  readonly result: string;
  /** One for each target with a best candidate, in the order of the targets. */
  readonly patches: readonly { readonly target: string; readonly path: string }[];
}

/**
 * Writes `report.md` and `result.json`, both complete whatever their size, a patch for each best candidate and a picture of the turns of each
 * target that was timed into `dir`, which is made if need be.
 *
 * @throws ConfigurationError when `dir` is not inside `root`. @throws EnvironmentError when the disk refuses.
 */
export async function writeReportFiles(
  { dir, root }: ReportPlace,
  outcome: RunOutcome,
  context: ReportContext,
): Promise<ReportFiles> {
  const files: ReportFiles = {
    report: join(dir, 'report.md'),
    result: join(dir, 'result.json'),
    patches: outcome.targets.flatMap(({ target, best }) =>
      best ? [{ target: target.name, path: join(dir, patchNameOf(target.name)) }] : [],
    ),
  };
  try {
    // Twice: making it must not follow a link, and afterwards there is none that was missed.
    await requireInside(root, dir);
    await mkdir(dir, { recursive: true });
    await requireInside(root, dir);
    // Patches first: the report names them.
    for (const { target, best, baseline } of outcome.targets) {
      if (best) await writeFileAtomically(join(dir, patchNameOf(target.name)), patchOf(baseline, best.candidate.files));
    }
    for (const target of outcome.targets) {
      const picture = turnsSvg(target);
      if (picture !== '') await writeFileAtomically(join(dir, pictureNameOf(target.target.name)), picture);
    }
    await writeFileAtomically(files.result, `${renderResult(outcome, Number.POSITIVE_INFINITY)}\n`);
    await writeFileAtomically(files.report, `${renderReport(outcome, context)}\n`);
    return files;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new EnvironmentError(
      `Kernelwright cannot write the report into ${dir} (${messageOf(error)}); choose a folder that can be written.`,
      { cause: error },
    );
  }
}
