import { isOwnCommit } from '../core/own-commit.ts';
import { explainGitHubError } from './github-error.ts';
import type { Octokit } from './octokit.ts';
import type { Place } from './triggers/github-event.ts';

/**
 * Whether Kernelwright itself made the commit: with a token of a person's, GitHub starts a workflow for it as for any other, and that would go on
 * for ever.
 *
 * @throws PermissionError, ConfigurationError or EnvironmentError when the commit cannot be read.
 */
export async function isOwnHead(octokit: Octokit, { owner, repo }: Place, sha: string): Promise<boolean> {
  try {
    const { data } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: sha });
    return isOwnCommit(data.message);
  } catch (error) {
    throw explainGitHubError(error, `read the commit ${sha.slice(0, 7)} of ${owner}/${repo}`);
  }
}
