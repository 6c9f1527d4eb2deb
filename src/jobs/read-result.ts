import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError, messageOf, UserError } from '../core/errors.ts';

/** A search of many turns on a long kernel leaves a tenth of it. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The text of a file that a job beside a GPU left. Artifacts are unpacked as they were packed, so that a link in one could lead anywhere on this
 * machine, and its file could be larger than memory: both are refused.
 *
 * @param folder with the artifacts
 * @param name of the file, from there
 * @throws EnvironmentError for what is no plain file of a sensible size
 */
export async function readResult(folder: string, name: string): Promise<string> {
  try {
    const path = join(await realpath(folder), name);
    if ((await realpath(path)) !== path) throw refusal(name, 'it is a symbolic link, or lies behind one');
    // Without waiting, as a pipe would have it.
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const about = await file.stat();
    if (!about.isFile()) throw refusal(name, 'it is no file');
    if (about.size > MOST_BYTES)
      throw refusal(name, `it has ${about.size} bytes, and no result has more than ${MOST_BYTES}`);
    return await file.readFile('utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw refusal(name, messageOf(error));
  }
}

function refusal(name: string, why: string): EnvironmentError {
  return new EnvironmentError(`The result ${name} is not read: ${why}. See the log of its job.`);
}
