import { messageOf, PermissionError, UserError } from '../core/errors.ts';
import type { RunOutcome } from '../core/outcome.ts';
import {
  type CheckEnd,
  type CheckPlace,
  findRunningCheck,
  finishCheckRun,
  type NotStarted,
  type StartedCheck,
  startCheckRun,
} from '../deliver/check-run.ts';
import { findOwnComment } from '../deliver/own-comment.ts';
import { writeReportFiles } from '../deliver/report-files.ts';
import { CHECK_NAME } from '../deliver/running.ts';
import { storedResultOf } from '../deliver/stored-result.ts';
import { upsertComment } from '../deliver/upsert-comment.ts';
import { headIsStill } from '../events/pin.ts';
import { react } from '../events/reactions.ts';
import { renderAnswer, withAnswer } from '../report/answer.ts';
import { renderCheck } from '../report/check.ts';
import { renderComment } from '../report/comment.ts';
import type { ReportContext } from '../report/context.ts';
import { outputsOf } from '../report/result.ts';
import { shouldComment } from '../report/should-comment.ts';
import { renderSummary } from '../report/summary.ts';
import { changesOf, type Delivered, deliverProven, proven } from './deliver-proven.ts';
import { type Asked, contextOf, type JobDoor, type OutputName } from './door.ts';
import { withStored } from './stored.ts';

/** A commit on which a check may stand. */
export interface CheckedCommit {
  readonly owner: string;
  readonly repo: string;
  readonly headSha: string;
}

/** A check on the head that shows as running. Whatever GitHub refuses is told of once, and the run goes without: a check is worth no lost report. */
export function beginCheck(door: JobDoor, commit: CheckedCommit): Promise<StartedCheck | NotStarted> {
  return orNone(door, startCheckRun(door.octokit, placeOf(door, commit)));
}

/** The check that an earlier job of this run has begun, or a new one where that could not. */
export function takeOverCheck(door: JobDoor, commit: CheckedCommit): Promise<StartedCheck | NotStarted> {
  const place = placeOf(door, commit);
  const takeOver = async () => {
    // Who may not look for it may not write one either, and hears of that when it is begun.
    const begun = await findRunningCheck(door.octokit, place).catch((error: unknown) => {
      if (!(error instanceof PermissionError)) throw error;
      return undefined;
    });
    return begun ?? startCheckRun(door.octokit, place);
  };
  return orNone(door, takeOver());
}

function placeOf({ runId, runUrl }: JobDoor, commit: CheckedCommit): CheckPlace {
  return { ...commit, name: CHECK_NAME, externalId: runId, ...(runUrl === undefined ? {} : { detailsUrl: runUrl }) };
}

async function orNone({ say }: JobDoor, begun: Promise<StartedCheck | NotStarted>): Promise<StartedCheck | NotStarted> {
  const check = await begun.catch((error: unknown): NotStarted => {
    if (!(error instanceof UserError)) throw error;
    return { kind: 'not-started', reason: error.message };
  });
  if (check.kind === 'not-started') say(`There is no check run: ${check.reason}`);
  return check;
}

/**
 * Ends it where the run found nothing to say, failed or was cancelled.
 *
 * @param title one sentence; also what it says below, unless there is a `summary`, which is Markdown
 */
export function endCheck(
  door: JobDoor,
  check: StartedCheck | NotStarted,
  conclusion: 'neutral' | 'cancelled' | 'failure',
  title: string,
  summary: string = title,
): Promise<void> {
  return finish(door, check, { conclusion, title: title.slice(0, 250), summary, annotations: [] });
}

/** What GitHub refuses is told in the log. */
async function finish({ octokit, say }: JobDoor, check: StartedCheck | NotStarted, end: CheckEnd): Promise<void> {
  if (check.kind === 'not-started') return;
  try {
    await finishCheckRun(octokit, check, end);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(error.message);
  }
}

/** Files, outputs, summary and check: what every run leaves, whatever asked for it. */
export async function leave(
  door: JobDoor,
  { reportDir }: { readonly reportDir: string },
  outcome: RunOutcome,
  context: ReportContext,
  check: StartedCheck | NotStarted,
): Promise<void> {
  const files = await writeReportFiles({ dir: reportDir, root: door.workspace }, outcome, context);
  for (const [name, value] of Object.entries(outputsOf(outcome))) door.output(name as OutputName, value);
  door.output('report-path', files.report);
  await door.summarize(renderSummary(outcome, context));
  await finish(door, check, renderCheck(outcome, context));
}

/**
 * Tells of a pull request's run wherever it is to be told of. Files, outputs and summary come first and the comment after the deliveries: should GitHub refuse
 * something, what was found is not lost.
 */
export async function publish(
  door: JobDoor,
  asked: Asked,
  outcome: RunOutcome,
  check: StartedCheck | NotStarted,
): Promise<void> {
  const { octokit } = door;
  const { request, settings, command } = asked;
  const context = contextOf(door, asked);
  await leave(door, settings, outcome, context, check);
  const delivered = await deliver(door, asked, outcome);
  door.output('delivered', JSON.stringify(delivered.urls));
  for (const line of [...delivered.problems, ...delivered.urls]) door.say(line);

  if (await isToBeTold(door, asked, outcome)) {
    const results = asked.fromFork
      ? []
      : proven(outcome).map((target) => storedResultOf(changesOf(asked, [target]), 'faster'));
    const body = withStored(withDelivered(renderComment(outcome, context), delivered), results);
    const comment = await upsertComment(octokit, { ...request, body });
    door.output('comment-url', comment.url);
    door.say(`The comment was ${comment.action}: ${comment.url}`);
  }
  if (command !== undefined) {
    const problem = await react(octokit, request, command.commentId, 'rocket');
    if (problem !== undefined) door.say(problem);
  }
}

/** What was delivered beside the comment, or why not: above all else, since somebody waits for it. */
function withDelivered(body: string, { urls, problems }: Delivered): string {
  if (urls.length + problems.length === 0) return body;
  const said = problems.map((problem) => `${problem}.`).join('\n');
  return withAnswer(body, renderAnswer(problems.length > 0 ? 'refusal' : 'status', said || 'Delivered:', urls));
}

/** What cannot be delivered is said and is no reason to lose the report. */
async function deliver(door: JobDoor, asked: Asked, outcome: RunOutcome): Promise<Delivered> {
  if (asked.settings.deliver === 'comment' || proven(outcome).length === 0) return { urls: [], problems: [] };
  try {
    if (!(await headIsStill(door.octokit, asked.request, asked.request.head.sha))) {
      return {
        urls: [],
        problems: ['The head has moved since it was measured, so nothing is delivered but the report'],
      };
    }
    return await deliverProven(door, asked, outcome);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { urls: [], problems: [messageOf(error).replace(/\.$/, '')] };
  }
}

/** Where a comment of an earlier run stands, it is brought up to date whatever there is to say. */
async function isToBeTold(
  { octokit }: JobDoor,
  { request, settings, command }: Asked,
  outcome: RunOutcome,
): Promise<boolean> {
  if (shouldComment(outcome, { mode: settings.comment, asked: command !== undefined })) return true;
  return settings.comment !== 'never' && (await findOwnComment(octokit, request)) !== undefined;
}
