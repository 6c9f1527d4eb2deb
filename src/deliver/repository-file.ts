import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EnvironmentError, messageOf, UserError } from '../core/errors.ts';
import { requireInside } from './inside.ts';
import { writeFileAtomically } from './write-file.ts';

const WORDS = { folder: 'folder', root: 'repository', instead: '' };

/** Whether there is something at a path, be it a link that leads nowhere. */
export async function isThere(root: string, path: string): Promise<boolean> {
  try {
    await lstat(join(root, path));
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes a file of the repository in `root`, whose folder is made if need be; what is there is replaced.
 *
 * @throws ConfigurationError when a link leads its folder out of the repository. @throws EnvironmentError when the disk refuses.
 */
export async function writeRepositoryFile(root: string, path: string, content: string): Promise<void> {
  const folder = dirname(join(root, path));
  try {
    // Twice: making it must not follow a link, and afterwards there is none that was missed.
    await requireInside(root, folder, WORDS);
    await mkdir(folder, { recursive: true });
    await requireInside(root, folder, WORDS);
    await writeFileAtomically(join(root, path), content);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new EnvironmentError(`${path} cannot be written: ${messageOf(error)}.`, { cause: error });
  }
}
