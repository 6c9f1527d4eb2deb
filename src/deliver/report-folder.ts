import { mkdir } from 'node:fs/promises';
import { EnvironmentError, messageOf, UserError } from '../core/errors.ts';
import { requireInside } from './inside.ts';

/** Where reports go: the folder `dir`, which must not lead out of `root` by any symbolic link. */
export interface ReportPlace {
  readonly dir: string;
  readonly root: string;
}

/**
 * Makes the folder if need be.
 *
 * @throws ConfigurationError when `dir` is not inside `root`. @throws EnvironmentError when the disk refuses.
 */
export async function makeReportFolder({ dir, root }: ReportPlace): Promise<void> {
  try {
    // Twice: making it must not follow a link, and afterwards there is none that was missed.
    await requireInside(root, dir);
    await mkdir(dir, { recursive: true });
    await requireInside(root, dir);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw cannotWrite(dir, error);
  }
}

export function cannotWrite(dir: string, error: unknown): EnvironmentError {
  return new EnvironmentError(
    `Kernelwright cannot write the report into ${dir} (${messageOf(error)}); choose a folder that can be written.`,
    { cause: error },
  );
}
