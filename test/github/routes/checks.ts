import { z } from 'zod';
import { type CheckRun, CONCLUSIONS, STATUSES } from '../check-run.ts';
import { GitHubError, notFound, unprocessable } from '../errors.ts';
import { objectType } from '../git/objects.ts';
import { resolveCommit } from '../git/refs.ts';
import { pageOf } from '../pagination.ts';
import { renderCheckRun } from '../render/check-run.ts';
import { bodyOf, created, ok, type Reply, type RepositoryCall, type Route } from '../route.ts';

export const CHECK_ROUTES: readonly Route[] = [
  {
    scope: 'repository',
    method: 'POST',
    template: '/repos/{owner}/{repo}/check-runs',
    docs: '/checks/runs#create-a-check-run',
    needs: [{ checks: 'write' }],
    handle: createCheckRun,
  },
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/check-runs/{check_run_id}',
    docs: '/checks/runs#get-a-check-run',
    needs: [{ checks: 'read' }],
    handle: (call) => ok(renderCheckRun(checkRunOf(call), call.repository)),
  },
  {
    scope: 'repository',
    method: 'PATCH',
    template: '/repos/{owner}/{repo}/check-runs/{check_run_id}',
    docs: '/checks/runs#update-a-check-run',
    needs: [{ checks: 'write' }],
    handle: updateCheckRun,
  },
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/commits/{ref}/check-runs',
    docs: '/checks/runs#list-check-runs-for-a-git-reference',
    needs: [{ checks: 'read' }],
    handle: listCheckRuns,
  },
];

/** https://docs.github.com/en/rest/checks/runs#create-a-check-run */
const MOST_ANNOTATIONS = 50;
const LONGEST_TEXT = 65_535;

const AnnotationFields = z.object({
  path: z.string(),
  start_line: z.number().int(),
  end_line: z.number().int(),
  annotation_level: z.enum(['notice', 'warning', 'failure']),
  message: z.string(),
  title: z.string().optional(),
  raw_details: z.string().optional(),
  start_column: z.number().int().optional(),
  end_column: z.number().int().optional(),
});

const Changes = z.object({
  name: z.string().optional(),
  status: z.enum(STATUSES).optional(),
  conclusion: z.enum(CONCLUSIONS).optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  external_id: z.string().optional(),
  details_url: z.string().optional(),
  output: z
    .object({
      title: z.string().optional(),
      summary: z.string().max(LONGEST_TEXT),
      text: z.string().max(LONGEST_TEXT).optional(),
      annotations: z.array(AnnotationFields).max(MOST_ANNOTATIONS).default([]),
    })
    .optional(),
});

const NewCheckRun = Changes.extend({ name: z.string(), head_sha: z.string() });

async function createCheckRun(call: RepositoryCall): Promise<Reply> {
  requireApp(call);
  const { repository, state } = call;
  const fields = bodyOf(call, NewCheckRun);
  if ((await objectType(repository.directory, fields.head_sha)) !== 'commit') {
    throw unprocessable(`No commit found for SHA: ${fields.head_sha}`);
  }
  const run: CheckRun = {
    id: state.nextId(),
    headSha: fields.head_sha,
    annotations: [],
    name: fields.name,
    status: 'queued',
    conclusion: null,
    startedAt: fields.started_at ?? state.now(),
    completedAt: null,
    externalId: '',
    detailsUrl: null,
    output: { title: null, summary: null, text: null },
  };
  apply(run, fields, state.now());
  repository.checkRuns.push(run);
  return created(renderCheckRun(run, repository), `${repository.apiUrl}/check-runs/${run.id}`);
}

async function listCheckRuns(call: RepositoryCall): Promise<Reply> {
  const { repository, params, url } = call;
  const sha = await resolveCommit(repository.directory, params.ref ?? '');
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${params.ref}`);
  const name = url.searchParams.get('check_name');
  const runs = repository.checkRuns.filter((run) => run.headSha === sha && (name === null || run.name === name));
  const { items, headers } = pageOf(call, runs);
  const check_runs = items.map((run) => renderCheckRun(run, repository));
  return { status: 200, body: { total_count: runs.length, check_runs }, headers };
}

function updateCheckRun(call: RepositoryCall): Reply {
  requireApp(call);
  const run = checkRunOf(call);
  apply(run, bodyOf(call, Changes), call.state.now());
  return ok(renderCheckRun(run, call.repository));
}

/** A conclusion completes the run; annotations add up over the requests. */
function apply(run: CheckRun, fields: z.output<typeof Changes>, now: string): void {
  run.name = fields.name ?? run.name;
  run.status = fields.conclusion === undefined ? (fields.status ?? run.status) : 'completed';
  run.conclusion = fields.conclusion ?? run.conclusion;
  run.completedAt = run.status === 'completed' ? (fields.completed_at ?? run.completedAt ?? now) : null;
  run.externalId = fields.external_id ?? run.externalId;
  run.detailsUrl = fields.details_url ?? run.detailsUrl;
  if (fields.output === undefined) return;
  const { title, summary, text, annotations } = fields.output;
  run.output = { title: title ?? run.output.title, summary, text: text ?? run.output.text };
  run.annotations.push(...annotations);
}

function checkRunOf({ repository, params }: RepositoryCall): CheckRun {
  const run = repository.checkRuns.find(({ id }) => id === Number(params.check_run_id));
  if (run === undefined) throw notFound();
  return run;
}

/** Whatever a person's token may do, checks are written by apps. */
function requireApp({ token }: RepositoryCall): void {
  if (token.kind !== 'installation') throw new GitHubError(403, 'You must authenticate via a GitHub App.');
}
