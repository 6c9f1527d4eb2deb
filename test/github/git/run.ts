import { execa } from 'execa';
import { GIT_ENVIRONMENT } from './environment.ts';

interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs git in a bare repository and returns the bytes that it printed. Throws when git fails. */
export async function git(directory: string, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  const { stdout } = await execa('git', args, {
    cwd: directory,
    env: { ...GIT_ENVIRONMENT, GIT_DIR: directory, ...options.env },
    extendEnv: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    killDescendants: true,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
  return Buffer.from(stdout);
}

/** The same as text, without the newline at the end. */
export async function gitText(directory: string, args: readonly string[], options?: GitOptions): Promise<string> {
  return (await git(directory, args, options)).toString('utf8').replace(/\n$/, '');
}

/** The same, or undefined where git exits non-zero because there is no such thing. */
export async function tryGitText(
  directory: string,
  args: readonly string[],
  options?: GitOptions,
): Promise<string | undefined> {
  try {
    return await gitText(directory, args, options);
  } catch {
    return undefined;
  }
}
