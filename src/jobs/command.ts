import { ConfigurationError, messageOf, UserError } from '../core/errors.ts';
import type { Conversation } from '../deliver/own-comment.ts';
import { upsertComment } from '../deliver/upsert-comment.ts';
import { overridesOf } from '../events/command/overrides.ts';
import { authorize } from '../events/permission.ts';
import { pinHead } from '../events/pin.ts';
import { react } from '../events/reactions.ts';
import type { CommandRequest } from '../events/request.ts';
import type { NothingPlanned } from '../plan.ts';
import { type AnswerKind, renderAnswer, withAnswer } from '../report/answer.ts';
import { applyConfirmed } from './apply.ts';
import { type Answer, cancelRunning, help, notPinned, refusal, sentence, tellStatus } from './command-answers.ts';
import type { Asked, JobDoor } from './door.ts';

/**
 * Does what a comment asks for, as far as its author may: who may not write to the repository gets no answer, and nothing is written because of
 * them. Gives back what is to be optimized or measured, which is not done here.
 */
export async function answerCommand(door: JobDoor, request: CommandRequest): Promise<Asked | undefined> {
  const { login } = request.comment;
  const permission = await authorize(door.octokit, { ...request, login });
  if (permission.kind === 'refused') {
    door.say(`Nothing to do: ${permission.reason}.`);
    return undefined;
  }
  await reactTo(door, request, 'eyes');
  const done = await carryOut(door, request).catch(async (error: unknown): Promise<Answer> => {
    // What the person can mend is an answer; what the machine or the token lacks, or a bug, fails the job as well.
    if (error instanceof ConfigurationError) return { kind: 'refusal', text: error.message };
    await tellWhy(door, request, error);
    throw error;
  });
  if ('action' in done) return done;
  await post(door, request, done);
  return undefined;
}

async function carryOut(door: JobDoor, request: CommandRequest): Promise<Answer | Asked> {
  if (request.parsed.kind === 'mistake') return { ...help(request.parsed.message), kind: 'mistake' };
  const { command } = request.parsed;
  switch (command.verb) {
    case 'help':
      return help('People who may write to this repository can ask:');
    case 'status':
      return tellStatus(door, request);
    case 'cancel':
      return cancelRunning(door, request);
    case 'apply':
      return applyConfirmed(door, request, command);
    default: {
      const pinned = await pinHead(door.octokit, request, command.options.sha);
      if (pinned.kind === 'refused') return notPinned(command, pinned);
      return {
        request: pinned.request,
        fromFork: pinned.isFork,
        action: command.verb,
        names: command.targets,
        options: command.options,
        settings: door.settingsWith(overridesOf(command.options)),
        command: { commentId: request.comment.id, login: request.comment.login },
      };
    }
  }
}

/** The comment that asked, and where it stands. */
interface Asking extends Conversation {
  readonly comment: { readonly id: number };
}

/** Whoever asked waits for an answer, also where the job fails; what GitHub does not take of it is told in the log. */
export async function tellWhy(door: JobDoor, request: Asking, error: unknown): Promise<void> {
  const text = error instanceof UserError ? error.message : 'Kernelwright failed, and the log of the job says more.';
  await post(door, request, { kind: 'refusal', text }).catch((second: unknown) => door.say(messageOf(second)));
}

/** So does whoever asked for what there is not. */
export function tellNothing(door: JobDoor, request: CommandRequest, { reason }: NothingPlanned): Promise<void> {
  const nothing = sentence(`there is nothing to do: ${reason}`);
  return post(
    door,
    request,
    refusal(`${nothing}\nA target that the changes do not reach can be named in the command.`),
  );
}

/** How each kind of answer ends for the comment that asked. */
const REACTIONS: Readonly<Record<AnswerKind, 'rocket' | 'confused'>> = {
  help: 'rocket',
  status: 'rocket',
  mistake: 'confused',
  refusal: 'confused',
};

/** An answer in the pull request's one comment, for the person who asked. Where it cannot be written, the reaction still tells that it failed. */
async function post(door: JobDoor, request: Asking, { kind, text, lines }: Answer): Promise<void> {
  door.say(text);
  try {
    const body = (known: string | undefined) => withAnswer(known, renderAnswer(kind, text, lines));
    const { url } = await upsertComment(door.octokit, { ...request, body });
    door.output('comment-url', url);
  } catch (error) {
    await reactTo(door, request, 'confused');
    throw error;
  }
  await reactTo(door, request, REACTIONS[kind]);
}

async function reactTo(door: JobDoor, request: Asking, content: 'eyes' | 'rocket' | 'confused'): Promise<void> {
  const problem = await react(door.octokit, request, request.comment.id, content);
  if (problem !== undefined) door.say(problem);
}
