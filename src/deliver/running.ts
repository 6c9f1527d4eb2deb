import type { Octokit } from '@octokit/rest';
import { explainGitHubError, isForbidden, statusOf } from '../events/github-error.ts';

/** Name of our check on a head. */
export const CHECK_NAME = 'Kernelwright';

/** A workflow run of ours that has not ended, by the check that it began. */
export interface RunningRun {
  /** Of the workflow run. */
  readonly id: number;
  readonly url: string;
}

interface Place {
  readonly owner: string;
  readonly repo: string;
}

/**
 * The runs that work on a head, as far as they could write a check.
 * @throws PermissionError, ConfigurationError or EnvironmentError as `explainGitHubError` words them.
 */
export async function runningRuns(
  octokit: Octokit,
  { owner, repo, headSha }: Place & { readonly headSha: string },
): Promise<readonly RunningRun[]> {
  try {
    const checks = await octokit.paginate(octokit.rest.checks.listForRef, {
      ...{ owner, repo, ref: headSha, check_name: CHECK_NAME },
      ...{ status: 'in_progress', per_page: 100 },
    } as const);
    return checks.flatMap(({ external_id, details_url, html_url }) => {
      const id = Number(external_id);
      return Number.isSafeInteger(id) && id > 0 ? [{ id, url: details_url ?? html_url ?? '' }] : [];
    });
  } catch (error) {
    throw explainGitHubError(error, `list the checks of ${headSha.slice(0, 7)} in ${owner}/${repo}`);
  }
}

/** Asks GitHub to cancel them; one sentence says what came of it. */
export async function cancelRuns(
  octokit: Octokit,
  { owner, repo, runs }: Place & { readonly runs: readonly RunningRun[] },
): Promise<string> {
  if (runs.length === 0) return 'No run is going on for the present head.';
  for (const { id } of runs) {
    try {
      await octokit.rest.actions.cancelWorkflowRun({ owner, repo, run_id: id });
    } catch (error) {
      // It has ended meanwhile.
      if (statusOf(error) === 409) continue;
      if (isForbidden(error)) {
        return 'The run goes on: the token may not cancel it. Add "actions: write" under "permissions:" of the workflow\'s job, or cancel it on its page.';
      }
      throw explainGitHubError(error, `cancel the run ${id} of ${owner}/${repo}`);
    }
  }
  return 'The run was cancelled.';
}
