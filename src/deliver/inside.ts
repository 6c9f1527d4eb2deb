import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative } from 'node:path';
import { ConfigurationError } from '../core/errors.ts';

/** What is refused, and what else can be done about it. */
interface Words {
  readonly folder: string;
  readonly root: string;
  readonly instead: string;
}

const REPORT: Words = { folder: 'report folder', root: 'workspace', instead: ', or choose another "report-dir"' };

/**
 * A checkout may hold symbolic links that a pull request committed. Refuses a folder that they lead out of `root`; of a folder
 * that is not there yet, what is there of its path counts.
 * @throws ConfigurationError
 */
export async function requireInside(root: string, folder: string, words: Words = REPORT): Promise<void> {
  const [realRoot, real] = [await realpath(root), await realpathOfNearest(folder)];
  const way = relative(realRoot, real);
  if (way === '..' || way.startsWith('../') || isAbsolute(way)) {
    throw new ConfigurationError(
      `A symbolic link leads the ${words.folder} ${folder} out of the ${words.root}, to ${real}: remove the link${words.instead}.`,
    );
  }
}

async function realpathOfNearest(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT') || dirname(path) === path) throw error;
    return realpathOfNearest(dirname(path));
  }
}
