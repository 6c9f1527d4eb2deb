import { ConfigurationError, orMistake, UserError } from '../core/errors.ts';
import {
  type Asker,
  addUsage,
  type Completion,
  ContextExceeded,
  type Conversation,
  type Model,
  NO_USAGE,
  type Usage,
} from '../core/model.ts';
import type { Turn } from '../core/outcome.ts';
import type { TurnPlace } from '../core/turn-place.ts';
import { candidateFor } from '../targets/candidate-for.ts';
import type { Syntax } from '../targets/dependencies/syntax.ts';
import { unreachedFiles } from '../targets/dependencies/unreached.ts';
import type { Account } from './budget.ts';
import { conversationFor, lengthOf } from './conversation.ts';
import type { Lineage } from './policy.ts';
import type { PromptContext } from './prompt.ts';
import { parseProposal } from './proposal.ts';
import { judgedIn } from './score.ts';
import { targetFiles } from './target-files.ts';
import { type Declared, declaredTunables } from './tuner/declared.ts';
import { screenDeclared } from './tuner/declared-turn.ts';
import type { Tuning } from './tuner/tune.ts';

/** What every turn of a search has in common, whoever proposes. */
export interface SearchContext {
  readonly prompt: PromptContext;
  readonly tuning: Tuning;
  readonly syntax: Syntax;
  readonly onProposal: (place: TurnPlace, summary: string, usage: Usage) => void;
}

/** What a model's turns need beside it. */
export interface TurnContext extends SearchContext {
  readonly model: Model;
  readonly account: Account;
}

/** There is no room in the budget for the next call, or nothing left to try; `message` says so for people. */
export class NoFurtherTurn extends Error {}

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
 * One turn: asks the model, reads its answer, and has the candidate in it screened, in all combinations of the constants that it declares.
 *
 * @param lineage what the model is shown of earlier turns
 * @throws TurnFailure where the model or the machine fails, NoFurtherTurn before a call for which there is no room
 */
export async function takeTurn(place: TurnPlace, lineage: Lineage, context: TurnContext): Promise<Turn> {
  const completion = await ask(place, lineage, context);
  const read = await readAnswer(completion, lineage, context);
  context.onProposal(place, read.summary, completion.usage);
  const turn = { ...place, summary: read.summary, usage: completion.usage };
  if (read.kind === 'malformed') {
    return { ...turn, result: { kind: 'malformed', problem: read.problem }, seconds: completion.seconds };
  }
  const screening = screenDeclared(read.declared, context.prompt.device, context.tuning);
  const { seconds, ...judged } = await failingAs('verifier', completion.usage, screening);
  return { ...turn, result: { kind: 'judged', ...judged }, seconds: completion.seconds + seconds };
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
    return complete({ ...place, again: true }, shorter, context);
  }
  try {
    const completion = await complete({ ...place, again: true }, shorter, context);
    return {
      ...completion,
      usage: addUsage(lost.usage, completion.usage),
      seconds: lost.seconds + completion.seconds,
    };
  } catch (error) {
    // Where there is no second answer, the first is one that was cut: a turn that says so, and that was paid for.
    if (error instanceof NoFurtherTurn) return lost;
    throw error instanceof TurnFailure
      ? new TurnFailure(error.who, addUsage(lost.usage, error.usage), error.cause)
      : error;
  }
}

async function complete(
  asker: Omit<Asker, 'target'>,
  conversation: Conversation,
  { prompt, model, account, tuning }: TurnContext,
): Promise<Completion> {
  const reserved = await account.reserve(model.atMost(conversation));
  if (typeof reserved === 'string') throw new NoFurtherTurn(reserved);
  let used = NO_USAGE;
  try {
    // Waiting for room takes time too.
    const late = tuning.timeIsUp(0);
    if (late !== undefined) throw new NoFurtherTurn(late);
    const completion = await model.complete(conversation, { ...asker, target: prompt.target.name }, (usage) => {
      used = usage;
    });
    used = completion.usage;
    return completion;
  } catch (error) {
    throw error instanceof UserError ? new TurnFailure('model', used, error) : error;
  } finally {
    reserved.settle(used);
  }
}

/** Turns a failure of either into one of the turn. */
export async function failingAs<T>(who: TurnFailure['who'], usage: Usage, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof UserError ? new TurnFailure(who, usage, error) : error;
  }
}

type Answer =
  | { readonly kind: 'candidate'; readonly summary: string; readonly declared: Declared }
  | { readonly kind: 'malformed'; readonly summary: string; readonly problem: string };

async function readAnswer(
  { text, stop }: Completion,
  lineage: Lineage,
  { prompt: { target, baseline }, syntax }: SearchContext,
): Promise<Answer> {
  if (stop === 'refusal') return unusable('', REFUSED);
  if (stop === 'length') return unusable('', CUT);
  if (stop === 'context') return unusable('', OVERLONG);
  const proposal = parseProposal(text, targetFiles(target, baseline));
  if (proposal.kind === 'malformed') return unusable('', proposal.problem);

  const added = proposal.files.filter(({ path }) => baseline.every((file) => file.path !== path));
  const files = [...baseline.map((file) => proposal.files.find(({ path }) => path === file.path) ?? file), ...added];
  const unreached = await orMistake(unreachedFiles(target, files, added, syntax));
  if (unreached instanceof ConfigurationError) return unusable(proposal.summary, `${unreached.problem}.`);
  const [unused] = unreached;
  if (unused !== undefined) return unusable(proposal.summary, notReached(unused));
  const proposed = proposal.files.map(({ path }) => path);
  const declared = await declaredTunables(files, proposed, syntax);
  const candidate = candidateFor(target, declared.files);
  const same = lineage.findIndex((turn) => judgedIn([turn]).some((judged) => judged.candidate.hash === candidate.hash));
  if (same >= 0 && declared.space === undefined) {
    return unusable(
      proposal.summary,
      `These files are those of turn ${same + 1}, byte for byte. They were not measured again: their result stands. Send a version that differs.`,
    );
  }
  return { kind: 'candidate', summary: proposal.summary, declared };
}

const REFUSED =
  'You declined to answer. The task is ordinary performance work on the source above: rewrite it so that it runs faster with the same results.';
const CUT =
  'Your answer was cut at the limit of its length, so nothing of it was used. Think more briefly, and send only the summary and the complete files.';
const OVERLONG =
  "Your answer reached the end of the model's context, so nothing of it was used. Think far more briefly, and send only the summary and the complete files.";

function notReached(path: string): string {
  const how = path.endsWith('.py') ? 'imports' : 'includes';
  return `Nothing in your version ${how} the file ${JSON.stringify(path)} that you add, so it would not be part of what is measured. Send it with the file of the target that ${how} it, by a plain ${path.endsWith('.py') ? 'import statement' : '#include'}, or leave it out.`;
}

function unusable(summary: string, problem: string): Answer {
  return { kind: 'malformed', summary, problem };
}
