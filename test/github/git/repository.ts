import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { GIT_ENVIRONMENT } from './environment.ts';

/** As GitHub serves repositories: pull request refs can be fetched but not pushed, and so can any commit by its SHA. */
const CONFIGURATION = `
[http]
	receivepack = true
[receive]
	hideRefs = refs/pull
	denyDeleteCurrent = ignore
	autogc = false
[uploadpack]
	allowAnySHA1InWant = true
[gc]
	auto = 0
`;

export async function createBareRepository(directory: string, defaultBranch: string): Promise<void> {
  await create(directory, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, directory]);
}

/** A fork borrows its parent's objects, as on GitHub. */
export async function createBareFork(parent: string, directory: string): Promise<void> {
  await create(directory, ['clone', '--quiet', '--bare', '--shared', parent, directory]);
}

async function create(directory: string, args: readonly string[]): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  await execa('git', args, { env: GIT_ENVIRONMENT, extendEnv: false, killDescendants: true });
  // In one write: `git config` would be a process for each line.
  await appendFile(join(directory, 'config'), CONFIGURATION);
}
