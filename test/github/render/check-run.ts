import type { CheckRun } from '../check-run.ts';
import type { Repository } from '../repository.ts';
import { renderActionsApp } from './app.ts';
import { nodeId } from './node-id.ts';
import type { CheckRunShape } from './shapes.ts';

export function renderCheckRun(run: CheckRun, { apiUrl, htmlUrl, id: repositoryId, state }: Repository): CheckRunShape {
  const url = `${apiUrl}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: nodeId('CheckRun', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: `${htmlUrl}/runs/${run.id}`,
    details_url: run.detailsUrl ?? `${htmlUrl}/runs/${run.id}`,
    name: run.name,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    // All checks of one app on one repository: a suite for each commit is more than anybody here asks for.
    check_suite: { id: repositoryId },
    app: renderActionsApp(state),
    pull_requests: [],
  };
}
