import { constants } from 'node:fs';
import { type FileHandle, lstat, open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError, messageOf, UserError } from '../../core/errors.ts';
import { lockFile } from './lock.ts';

/**
 * Opens a journal, for this process alone. A file of others in its place is never written into: a link is not followed, and what lies there is
 * added to only when it is resumed.
 *
 * @throws ConfigurationError where another process has it. @throws EnvironmentError where it cannot be opened
 */
export async function openJournalFile(path: string, resume: boolean): Promise<FileHandle> {
  const file = await openFile(path, resume);
  try {
    await lockFile(file, path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openFile(path: string, resume: boolean): Promise<FileHandle> {
  const { O_RDWR, O_APPEND, O_NOFOLLOW, O_CREAT, O_EXCL } = constants;
  try {
    if (resume) return await open(path, O_RDWR | O_APPEND | O_NOFOLLOW);
    await keepEarlier(path);
    return await open(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL, 0o644);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const [what, remedy] = resume
      ? ['opened', 'name a journal, or the report folder that holds one']
      : ['written', 'choose a folder that can be written'];
    throw new EnvironmentError(`The journal ${path} cannot be ${what} (${messageOf(error)}); ${remedy}.`, {
      cause: error,
    });
  }
}

/** An earlier run's may be worth something, as training data or to be resumed; one that goes on is not taken away from under it. */
async function keepEarlier(path: string): Promise<void> {
  const stamp = new Date().toISOString().replaceAll(':', '-');
  try {
    if (!(await lstat(path)).isSymbolicLink()) {
      await using earlier = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
      await lockFile(earlier, path);
    }
    await rename(path, join(dirname(path), `${basename(path, '.jsonl')}.until-${stamp}.jsonl`));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
