import { UserError } from '../core/errors.ts';
import type { Evidence } from '../core/evidence.ts';
import {
  addUsage,
  type Completion,
  ContextExceeded,
  type Conversation,
  type Model,
  NO_USAGE,
  type Usage,
} from '../core/model.ts';
import type { Turn } from '../core/outcome.ts';
import type { Candidate, SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import type { TurnPlace } from '../core/turn-place.ts';
import { candidateFor } from '../targets/candidate-for.ts';
import type { Account } from './budget.ts';
import { requireSameBytes } from './confirm.ts';
import { conversationFor, lengthOf } from './conversation.ts';
import type { Lineage } from './policy.ts';
import type { PromptContext } from './prompt.ts';
import { parseProposal } from './proposal.ts';
import { judgedIn } from './score.ts';
import { targetFiles } from './target-files.ts';

/** What every turn of a search has in common. */
export interface TurnContext {
  readonly prompt: PromptContext;
  readonly model: Model;
  /** Judges quickly; a candidate that another trajectory had before is not judged twice. */
  readonly screen: (candidate: Candidate) => Promise<Evidence>;
  readonly account: Account;
  readonly onProposal: (place: TurnPlace, summary: string, usage: Usage) => void;
}

/** The budget had no room for the next call; `message` says so for people. */
export class BudgetUsedUp extends Error {}

/** Tells a failure of the model from one of the verifier, whose errors are of the same classes, and both from a bug. */
export class TurnFailure extends Error {
  readonly who: 'model' | 'verifier';
  /** What an answer cost that came to nothing. */
  readonly usage: Usage;
  declare readonly cause: UserError;

  constructor(who: TurnFailure['who'], usage: Usage, cause: UserError) {
    super(cause.message, { cause });
    this.who = who;
    this.usage = usage;
  }
}

/**
 * One turn: asks the model, reads its answer, and has the candidate in it screened.
 *
 * @param lineage what the model is shown of earlier turns
 * @throws TurnFailure where the model or the machine fails, BudgetUsedUp before a call for which there is no room
 */
export async function takeTurn(place: TurnPlace, lineage: Lineage, context: TurnContext): Promise<Turn> {
  const completion = await ask(place, lineage, context);
  const read = readAnswer(completion, lineage, context.prompt);
  context.onProposal(place, read.summary, completion.usage);
  const turn = { ...place, summary: read.summary, usage: completion.usage };
  if (read.kind === 'malformed') {
    return { ...turn, result: { kind: 'malformed', problem: read.problem }, seconds: completion.seconds };
  }
  const { candidate } = read;
  const evidence = await failingAs('verifier', completion.usage, context.screen(candidate));
  requireSameBytes(evidence, candidate.hash);
  const { build, screen = 0, profile = 0 } = evidence.timings_s;
  return {
    ...turn,
    result: { kind: 'judged', candidate, evidence },
    seconds: completion.seconds + build + screen + profile,
  };
}

/** Of a request that was too long for the model's context; so much less is sent in its place. */
const SHORTER = 0.5;

/** Asks once more where the model's context was too short and there are turns to leave out. */
async function ask(place: TurnPlace, lineage: Lineage, context: TurnContext): Promise<Completion> {
  const whole = conversationFor(context.prompt, lineage);
  const shorter = conversationFor(context.prompt, lineage, lengthOf(whole) * SHORTER);
  const canBeShorter = lengthOf(shorter) < lengthOf(whole);
  let lost: Completion;
  try {
    lost = await complete(place, whole, context);
    if (lost.stop !== 'context' || !canBeShorter) return lost;
  } catch (error) {
    const tooLong = error instanceof TurnFailure && error.cause instanceof ContextExceeded;
    if (!tooLong || !canBeShorter) throw error;
    return complete(place, shorter, context);
  }
  try {
    const completion = await complete(place, shorter, context);
    return {
      ...completion,
      usage: addUsage(lost.usage, completion.usage),
      seconds: lost.seconds + completion.seconds,
    };
  } catch (error) {
    // Where there is no second answer, the first is one that was cut: a turn that says so, and that was paid for.
    if (error instanceof BudgetUsedUp) return lost;
    throw error instanceof TurnFailure
      ? new TurnFailure(error.who, addUsage(lost.usage, error.usage), error.cause)
      : error;
  }
}

async function complete(
  place: TurnPlace,
  conversation: Conversation,
  { prompt, model, account }: TurnContext,
): Promise<Completion> {
  const reserved = await account.reserve(model.atMost(conversation));
  if (typeof reserved === 'string') throw new BudgetUsedUp(reserved);
  let used = NO_USAGE;
  try {
    const completion = await failingAs(
      'model',
      NO_USAGE,
      model.complete(conversation, { ...place, target: prompt.target.name }),
    );
    used = completion.usage;
    return completion;
  } finally {
    reserved.settle(used);
  }
}

async function failingAs<T>(who: TurnFailure['who'], usage: Usage, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof UserError ? new TurnFailure(who, usage, error) : error;
  }
}

type Answer =
  | { readonly kind: 'candidate'; readonly summary: string; readonly candidate: Candidate }
  | { readonly kind: 'malformed'; readonly summary: string; readonly problem: string };

function readAnswer(
  { text, stop }: Completion,
  lineage: Lineage,
  { target, baseline }: { readonly target: Target; readonly baseline: readonly SourceFile[] },
): Answer {
  if (stop === 'refusal') return unusable('', REFUSED);
  if (stop === 'length') return unusable('', CUT);
  if (stop === 'context') return unusable('', OVERLONG);
  const proposal = parseProposal(text, targetFiles(target, baseline).writable);
  if (proposal.kind === 'malformed') return unusable('', proposal.problem);

  const files = baseline.map((file) => proposal.files.find(({ path }) => path === file.path) ?? file);
  const candidate = candidateFor(target, files);
  const same = lineage.findIndex((turn) => judgedIn([turn]).some((judged) => judged.candidate.hash === candidate.hash));
  if (same >= 0) {
    return unusable(
      proposal.summary,
      `These files are those of turn ${same + 1}, byte for byte. They were not measured again: their result stands. Send a version that differs.`,
    );
  }
  return { kind: 'candidate', summary: proposal.summary, candidate };
}

const REFUSED =
  'You declined to answer. The task is ordinary performance work on the source above: rewrite it so that it runs faster with the same results.';
const CUT =
  'Your answer was cut at the limit of its length, so nothing of it was used. Think more briefly, and send only the summary and the complete files.';
const OVERLONG =
  "Your answer reached the end of the model's context, so nothing of it was used. Think far more briefly, and send only the summary and the complete files.";

function unusable(summary: string, problem: string): Answer {
  return { kind: 'malformed', summary, problem };
}
