import type { Octokit } from '@octokit/rest';
import { explainGitHubError, isForbidden, statusOf } from '../events/github-error.ts';
import type { Annotation } from '../report/check.ts';
import { annotationBatches } from './check-annotations.ts';
import type { Sleep } from './delivery.ts';
import { attempt, NO_RETRIES, wait, writeOnce } from './write-once.ts';

export interface CheckPlace {
  readonly owner: string;
  readonly repo: string;
  readonly headSha: string;
  /** As the pull request shows it. */
  readonly name: string;
  /** Tells this run's check from those of other runs on the same commit. */
  readonly externalId: string;
  /** Where "Details" leads; the check's own page without it. */
  readonly detailsUrl?: string;
}

export interface StartedCheck {
  readonly kind: 'started';
  readonly place: CheckPlace;
  readonly id: number;
  readonly url: string;
}

/** There is no check: where the token may not write one, the sentence says which permission to add. */
export interface NotStarted {
  readonly kind: 'not-started';
  readonly reason: string;
}

export interface CheckEnd {
  readonly conclusion: 'success' | 'failure' | 'neutral' | 'cancelled' | 'skipped' | 'timed_out';
  readonly title: string;
  /** Markdown, at most 65,535 characters, as `text`, which stands below it. */
  readonly summary: string;
  readonly text?: string;
  readonly annotations: readonly Annotation[];
}

type Batch = ReturnType<typeof annotationBatches>[number];

export interface FinishedCheck {
  readonly kind: 'finished';
  readonly url: string;
}

/**
 * Begins a check on the head: it shows as running until `finishCheckRun`.
 *
 * @throws PermissionError, ConfigurationError or EnvironmentError as `explainGitHubError` words them, but for a missing permission.
 */
export async function startCheckRun(
  octokit: Octokit,
  place: CheckPlace,
  sleep: Sleep = wait,
): Promise<StartedCheck | NotStarted> {
  const { owner, repo, headSha, name, externalId, detailsUrl } = place;
  const what = `create the check "${name}" on ${owner}/${repo}`;
  const create = async () => {
    const { data } = await octokit.rest.checks.create({
      owner,
      repo,
      name,
      head_sha: headSha,
      status: 'in_progress',
      external_id: externalId,
      ...(detailsUrl === undefined ? {} : { details_url: detailsUrl }),
      request: NO_RETRIES,
    });
    return started(place, data);
  };
  const find = async () => {
    const found = await findCheck(octokit, place);
    return found && started(place, found);
  };
  try {
    return await writeOnce(create, find, sleep);
  } catch (error) {
    const failure = explainGitHubError(error, what);
    if (isForbidden(error) || statusOf(error) === 404) return { kind: 'not-started', reason: failure.message };
    throw failure;
  }
}

/**
 * The check that an earlier job of the same run has begun, if it still shows as running.
 *
 * @throws PermissionError, ConfigurationError or EnvironmentError as `explainGitHubError` words them.
 */
export async function findRunningCheck(octokit: Octokit, place: CheckPlace): Promise<StartedCheck | undefined> {
  const { owner, repo, name } = place;
  const found = await attempt(`find the check "${name}" on ${owner}/${repo}`, () => findCheck(octokit, place, true));
  return found && started(place, found);
}

function started(place: CheckPlace, { id, html_url }: { id: number; html_url: string | null }): StartedCheck {
  return { kind: 'started', place, id, url: html_url ?? '' };
}

/**
 * Ends the check with its conclusion and the first 50 annotations, then adds the others: whatever fails, it does not run for ever.
 *
 * @throws PermissionError, ConfigurationError or EnvironmentError as `explainGitHubError` words them.
 */
export async function finishCheckRun(
  octokit: Octokit,
  check: StartedCheck,
  end: CheckEnd,
  sleep: Sleep = wait,
): Promise<FinishedCheck> {
  const { owner, repo, name } = check.place;
  const [first = [], ...others] = annotationBatches(end.annotations);
  await attempt(`finish the check "${name}" on ${owner}/${repo}`, () => update(octokit, check, end, first, 0, sleep));
  let sent = first.length;
  for (const batch of others) {
    await attempt(`add annotations to the check "${name}" on ${owner}/${repo}`, () =>
      update(octokit, check, end, batch, sent, sleep),
    );
    sent += batch.length;
  }
  return { kind: 'finished', url: check.url };
}

/** Annotations add up over requests, so one that took effect must not be sent again; their number tells. */
async function update(
  octokit: Octokit,
  { place: { owner, repo }, id }: StartedCheck,
  { conclusion, title, summary, text }: CheckEnd,
  annotations: Batch,
  sent: number,
  sleep: Sleep,
): Promise<void> {
  const at = { owner, repo, check_run_id: id };
  const output = { title, summary, ...(text === undefined ? {} : { text }), annotations: [...annotations] };
  const write = () => octokit.rest.checks.update({ ...at, conclusion, output, request: NO_RETRIES }).then(() => true);
  const find = async () => {
    const { data } = await octokit.rest.checks.get(at);
    const isThere = data.status === 'completed' && data.output.annotations_count >= sent + annotations.length;
    return isThere ? true : undefined;
  };
  await writeOnce(write, find, sleep);
}

/** A run that is started again keeps its number, and has a check for each time. */
async function findCheck(
  octokit: Octokit,
  { owner, repo, headSha, name, externalId }: CheckPlace,
  onlyRunning = false,
) {
  const request = { owner, repo, ref: headSha, check_name: name, filter: 'all' as const, per_page: 100 };
  const runs = await octokit.paginate(octokit.rest.checks.listForRef, request);
  return runs.find((run) => run.external_id === externalId && !(onlyRunning && run.status === 'completed'));
}
