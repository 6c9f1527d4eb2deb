import { explainGitHubError, type Octokit } from '../events/octokit.ts';
import type { OptimizeRequest } from '../events/request.ts';
import { githubFiles, treeLister } from './github-files.ts';
import type { ChangedFile, Repository } from './repository.ts';

/** The repository of a pull request over GitHub's REST API. GitHub lists at most 3000 changed files. */
export function githubRepository(
  octokit: Octokit,
  request: Pick<OptimizeRequest, 'owner' | 'repo' | 'pullRequest'>,
): Repository {
  const { owner, repo, pullRequest } = request;
  return {
    ...githubFiles(octokit, request, treeLister(octokit, request)),
    async changedFiles() {
      try {
        const parameters = { owner, repo, pull_number: pullRequest, per_page: 100 };
        const files = await octokit.paginate(octokit.rest.pulls.listFiles, parameters);
        return files.flatMap(
          ({ filename, status, previous_filename }) => changedFile(filename, status, previous_filename) ?? [],
        );
      } catch (error) {
        throw explainGitHubError(error, `list the changed files of pull request #${pullRequest} of ${owner}/${repo}`);
      }
    },
  };
}

/** GitHub's words for what happened to a file; `unchanged` is none of ours. */
function changedFile(path: string, status: string, previousPath: string | undefined): ChangedFile | undefined {
  switch (status) {
    case 'unchanged':
      return undefined;
    case 'added':
    case 'copied':
      return { path, status: 'added' };
    case 'removed':
      return { path, status };
    case 'renamed':
      return { path, status, ...(previousPath !== undefined && { previousPath }) };
    default:
      return { path, status: 'modified' };
  }
}
