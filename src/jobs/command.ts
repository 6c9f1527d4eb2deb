import { ConfigurationError } from '../core/errors.ts';
import { applyStored } from '../deliver/apply.ts';
import { findOwnComment } from '../deliver/own-comment.ts';
import { cancelRuns, runningRuns } from '../deliver/running.ts';
import { upsertComment } from '../deliver/upsert-comment.ts';
import type { Command } from '../events/command/command.ts';
import { overridesOf } from '../events/command/overrides.ts';
import { usage } from '../events/command/usage.ts';
import { authorize } from '../events/permission.ts';
import { headOf, type PinnedHead, pinHead } from '../events/pin.ts';
import { react } from '../events/reactions.ts';
import type { CommandRequest, OptimizeRequest } from '../events/request.ts';
import { type AnswerKind, renderAnswer, withAnswer } from '../report/answer.ts';
import type { Asked, JobDoor } from './door.ts';
import { combined, storedIn } from './stored.ts';

/**
 * Does what a comment asks for, as far as its author may: who may not write to the repository gets no answer, and nothing is written because of
 * them. Gives back what is to be optimized or measured, which is not done here.
 */
export async function answerCommand(door: JobDoor, request: CommandRequest): Promise<Asked | undefined> {
  const { octokit, say } = door;
  const { login, id } = request.comment;
  const permission = await authorize(octokit, { ...request, login });
  if (permission.kind === 'refused') {
    say(`Nothing to do: ${permission.reason}.`);
    return undefined;
  }
  await reactTo(door, request, 'eyes');
  if (request.parsed.kind === 'mistake') return answer(door, request, 'mistake', request.parsed.message, usageLines());
  const { command } = request.parsed;
  try {
    switch (command.verb) {
      case 'help':
        return await answer(door, request, 'help', 'People who may write to this repository can ask:', usageLines());
      case 'status':
        return await tellStatus(door, request);
      case 'cancel':
        return await cancel(door, request);
      case 'apply':
        return await apply(door, request, command);
      default: {
        const pinned = await pinHead(octokit, request, command.options.sha);
        if (pinned.kind === 'refused') return await refusePin(door, request, pinned);
        return {
          request: pinned.request,
          fromFork: pinned.isFork,
          action: command.verb,
          names: command.targets,
          options: command.options,
          settings: door.settingsWith(overridesOf(command.options)),
          command: { commentId: id, login },
        };
      }
    }
  } catch (error) {
    // What the person can mend is an answer; what the machine lacks, or a bug, fails the job.
    if (!(error instanceof ConfigurationError)) throw error;
    return answer(door, request, 'refusal', error.message);
  }
}

/** How each kind of answer ends for the comment that asked. */
const REACTIONS: Readonly<Record<AnswerKind, 'rocket' | 'confused'>> = {
  help: 'rocket',
  status: 'rocket',
  mistake: 'confused',
  refusal: 'confused',
};

/** An answer in the pull request's one comment, for the person who asked. */
export async function answer(
  door: JobDoor,
  request: CommandRequest,
  kind: AnswerKind,
  text: string,
  lines: readonly string[] = [],
): Promise<undefined> {
  const own = await findOwnComment(door.octokit, request);
  const body = withAnswer(own?.body, renderAnswer(kind, text, lines));
  const { url } = await upsertComment(door.octokit, { ...request, body });
  door.output('comment-url', url);
  door.say(text);
  await reactTo(door, request, REACTIONS[kind]);
}

/** The command stands in a block of its own: in a sentence a SHA is broken up, so that nothing in it becomes a link. */
function refusePin(
  door: JobDoor,
  request: CommandRequest,
  { reason, command }: Extract<PinnedHead, { kind: 'refused' }>,
) {
  return answer(door, request, 'refusal', sentence(reason), command === undefined ? [] : [command]);
}

async function reactTo(door: JobDoor, request: CommandRequest, content: 'eyes' | 'rocket' | 'confused'): Promise<void> {
  const problem = await react(door.octokit, request, request.comment.id, content);
  if (problem !== undefined) door.say(problem);
}

async function running({ octokit }: JobDoor, request: CommandRequest) {
  const { owner, repo } = request;
  const headSha = await headOf(octokit, request);
  return { owner, repo, runs: await runningRuns(octokit, { owner, repo, headSha }) };
}

/** Addresses stand in a block of their own: in a sentence they are broken up, so that none becomes a link. */
async function tellStatus(door: JobDoor, request: CommandRequest): Promise<undefined> {
  const { runs } = await running(door, request);
  const own = await findOwnComment(door.octokit, request);
  const known = own === undefined ? 'Nothing was reported on this pull request yet.' : 'What is known stands below.';
  const now = runs.length === 0 ? 'No run is going on for the present head.' : 'A run is going on.';
  return answer(
    door,
    request,
    'status',
    `${now} ${known}`,
    runs.map(({ url }) => url),
  );
}

async function cancel(door: JobDoor, request: CommandRequest): Promise<undefined> {
  const found = await running(door, request);
  const said = await cancelRuns(door.octokit, found);
  return answer(
    door,
    request,
    'status',
    said,
    found.runs.map(({ url }) => url),
  );
}

async function apply(
  door: JobDoor,
  request: CommandRequest,
  { targets, options }: Extract<Command, { verb: 'apply' }>,
): Promise<undefined> {
  const pinned = await pinHead(door.octokit, request, options.sha);
  if (pinned.kind === 'refused') return refusePin(door, request, pinned);
  const own = await findOwnComment(door.octokit, request);
  const stored = own === undefined ? [] : storedIn(own.body);
  const chosen = stored.filter(({ target }) => targets.length === 0 || targets.includes(target));
  const unknown = targets.filter((name) => stored.every(({ target }) => target !== name));
  if (chosen.length === 0 || unknown.length > 0) {
    const names = stored.map(({ target }) => target);
    const known =
      names.length === 0
        ? 'no confirmed result is kept in the comment on this pull request'
        : `the results that are kept are of ${names.join(', ')}`;
    return answer(
      door,
      request,
      'refusal',
      `There is nothing to apply${unknown.length > 0 ? ` for ${unknown.join(', ')}` : ''}: ${known}; the patches are among the artifacts of the run.`,
    );
  }
  const together = combined(chosen);
  if (together === undefined) {
    return answer(
      door,
      request,
      'refusal',
      'These results change the same file, and no measurement is of them together; apply one of them by its name.',
    );
  }
  const applied = await applyStored(door.octokit, requestFor(door, pinned.request, together.target, request), together);
  if (applied.kind !== 'committed') return answer(door, request, 'refusal', sentence(applied.reason));
  door.output('delivered', JSON.stringify([applied.url]));
  return answer(door, request, 'status', `${together.target} was applied.`, [applied.url]);
}

function requestFor(
  door: JobDoor,
  { owner, repo, pullRequest, head, base }: OptimizeRequest,
  target: string,
  { comment }: CommandRequest,
) {
  const title = `Make ${target} faster`;
  return {
    ...{ owner, repo, pullRequest, head, base: { ref: base.ref } },
    ...{ title, body: '', run: door.runUrl ?? door.runId },
    message: `${title}\n\nA confirmed result for ${head.sha}, applied as ${comment.login} asked.`,
  };
}

function usageLines(): readonly string[] {
  return usage().split('\n');
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}
