import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { ConfigurationError, EnvironmentError, messageOf } from '../../core/errors.ts';

/** Of `flock`, where another process holds the lock. */
const HELD = 75;

/**
 * Takes the kernel's lock on an open file, for as long as `file` is open. It belongs to the open file and not to the program that asks
 * for it, so the process that opened the file keeps it, and the kernel lets it go when that process ends, however it ends.
 *
 * @throws ConfigurationError where another process has it
 */
export async function lockFile(file: FileHandle, path: string): Promise<void> {
  const status = await flock(file, path);
  if (status === HELD) {
    throw new ConfigurationError(`The journal ${path} belongs to a run that is going on; wait for its end, or end it.`);
  }
  if (status !== 0) throw cannotBeLocked(path, `flock ended with status ${status}`);
}

/** Node has no flock(2) of its own; the program of that name locks what it inherits. */
async function flock(file: FileHandle, path: string): Promise<number | null> {
  const child = spawn('flock', ['--nonblock', '--conflict-exit-code', `${HELD}`, '0'], {
    stdio: [file.fd, 'ignore', 'ignore'],
  });
  try {
    const [status] = await once(child, 'exit');
    return status;
  } catch (error) {
    throw cannotBeLocked(path, messageOf(error));
  }
}

function cannotBeLocked(path: string, reason: string): EnvironmentError {
  return new EnvironmentError(
    `The journal ${path} cannot be locked (${reason}); install util-linux, which has the program flock, and keep the journal on a local disk.`,
  );
}
