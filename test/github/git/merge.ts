import { execa } from 'execa';
import { type Signature, writeCommit } from './commits.ts';
import { GIT_ENVIRONMENT } from './environment.ts';

/** `unknown` where git is older than 2.38 and cannot merge without a work tree; GitHub says null then too. */
export type TestMerge = { readonly kind: 'clean'; readonly sha: string } | { readonly kind: 'conflict' | 'unknown' };

/** The commit that merging `head` into `base` would give: what GitHub keeps as `refs/pull/N/merge`. */
export async function testMerge(directory: string, base: string, head: string, author: Signature): Promise<TestMerge> {
  const { stdout, exitCode } = await execa('git', ['merge-tree', '--write-tree', base, head], {
    cwd: directory,
    env: { ...GIT_ENVIRONMENT, GIT_DIR: directory },
    extendEnv: false,
    reject: false,
    killDescendants: true,
  });
  if (exitCode === 1) return { kind: 'conflict' };
  if (exitCode !== 0) return { kind: 'unknown' };
  const message = `Merge ${head} into ${base}`;
  const commit = { tree: stdout.trim(), parents: [base, head], author, committer: author, message };
  return { kind: 'clean', sha: await writeCommit(directory, commit) };
}

/** Whether this machine's git can try merges at all. */
export async function canTestMerge(): Promise<boolean> {
  const { stdout } = await execa('git', ['version']);
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
  return major > 2 || (major === 2 && minor >= 38);
}
