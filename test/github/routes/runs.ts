import { GitHubError, notFound } from '../errors.ts';
import type { Reply, RepositoryCall, Route } from '../route.ts';

/** Runs of workflows: there are those that a test has put there. */
export const RUN_ROUTES: readonly Route[] = [
  {
    scope: 'repository',
    method: 'POST',
    template: '/repos/{owner}/{repo}/actions/runs/{run_id}/cancel',
    docs: '/actions/workflow-runs#cancel-a-workflow-run',
    needs: [{ actions: 'write' }],
    handle: cancelRun,
  },
];

function cancelRun({ repository, params }: RepositoryCall): Reply {
  const run = repository.workflowRuns.find(({ id }) => `${id}` === params.run_id);
  if (run === undefined) throw notFound();
  if (run.status === 'completed') throw new GitHubError(409, 'Cannot cancel a workflow run that is completed.');
  run.status = 'completed';
  return { status: 202, body: {} };
}
