import { resolve } from 'node:path';
import { execa } from 'execa';
import { EnvironmentError } from '../core/errors.ts';

export type Git = (args: readonly string[]) => Promise<Buffer>;

/**
 * Runs git in a folder and gives what it printed. It changes nothing: no locks, no external diff programs, no prompts.
 * @throws EnvironmentError with what git said.
 */
export function gitIn(root: string): Git {
  return async (args) => {
    const result = await execa('git', ['--literal-pathspecs', ...args], {
      cwd: root,
      killDescendants: true,
      encoding: 'buffer',
      stripFinalNewline: false,
      stdin: 'ignore',
      reject: false,
      env: { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    });
    if (!result.failed) return Buffer.from(result.stdout);
    const said = Buffer.from(result.stderr ?? [])
      .toString()
      .trim()
      .split('\n')[0];
    if (said?.startsWith('fatal: not a git repository'))
      throw new EnvironmentError(`${resolve(root)} lies in no git repository.`, { cause: result });
    throw new EnvironmentError(`git ${args[0]} failed in ${root}: ${said || result.shortMessage}`, { cause: result });
  };
}

/** The root of the repository that `folder` lies in, where it is not that root itself; undefined also where there is no git. */
export async function repositoryAround(folder: string): Promise<string | undefined> {
  const git = gitIn(folder);
  try {
    const below = (await git(['rev-parse', '--show-prefix'])).toString().trim();
    return below === '' ? undefined : (await git(['rev-parse', '--show-toplevel'])).toString().trimEnd();
  } catch (error) {
    if (error instanceof EnvironmentError) return undefined;
    throw error;
  }
}
