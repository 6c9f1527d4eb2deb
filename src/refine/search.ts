import { UserError } from '../core/errors.ts';
import type { Device } from '../core/evidence.ts';
import { addUsage, type Completion, type Model, NO_USAGE, type Usage } from '../core/model.ts';
import type { TargetOutcome, Turn } from '../core/outcome.ts';
import type { Candidate, SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import type { Verifier } from '../core/verifier.ts';
import { candidateFor } from '../targets/candidate-for.ts';
import { confirmBest, requireSameBytes } from './confirm.ts';
import { conversationFor } from './conversation.ts';
import type { Progress } from './progress.ts';
import { parseProposal } from './proposal.ts';
import { betterThan, isCorrect, type Judged, score } from './score.ts';
import { targetFiles } from './target-files.ts';

export interface RefineOptions {
  readonly target: Target;
  readonly baseline: readonly SourceFile[];
  readonly device: Device;
  readonly model: Model;
  readonly verifier: Verifier;
  /** Most turns of the trajectory. */
  readonly turns: number;
  readonly progress?: (event: Progress) => void;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

/**
 * One trajectory for one target: propose, screen, tell, again; then confirm the best.
 *
 * A failure must not cost what was found: a model that fails once something was judged, and a machine that fails once something
 * was correct, end the search early, and what was found is still confirmed where that can be. Before that the error is rethrown,
 * and a bug always is.
 */
export async function refineTarget(options: RefineOptions): Promise<TargetOutcome> {
  const { target, baseline, verifier } = options;
  const progress = options.progress ?? (() => {});
  const turns: Turn[] = [];
  let ended: string | undefined;
  let lost = NO_USAGE;

  for (let number = 1; number <= options.turns; number++) {
    progress({ kind: 'turn-started', target: target.name, turn: number, turns: options.turns });
    try {
      turns.push(await takeTurn(number, turns, options, progress));
    } catch (error) {
      if (!(error instanceof TurnFailure)) throw error;
      if (!judgedOf(turns).some((judged) => error.who === 'model' || isCorrect(judged.evidence))) throw error.cause;
      ended = `${error.who === 'model' ? 'The model' : 'The measurement'} failed in turn ${number}: ${error.message}`;
      lost = error.usage;
      break;
    }
  }

  const { best, refuted } = await confirmBest(target.name, judgedOf(turns), verifier, progress);
  const remark = [ended, refuted].filter((text) => text !== undefined).join(' ');
  const outcome: TargetOutcome = {
    target,
    baseline,
    turns,
    ...(best ? { best } : {}),
    ...(remark !== '' ? { ended: remark } : {}),
    usage: turns.map((turn) => turn.usage).reduce(addUsage, lost),
  };
  progress({ kind: 'done', target: target.name, outcome });
  return outcome;
}

/** Tells a failure of the model from one of the verifier, whose errors are of the same classes, and both from a bug. */
class TurnFailure extends Error {
  readonly who: 'model' | 'verifier';
  /** What an answer cost that came to nothing. */
  readonly usage: Usage;

  constructor(who: TurnFailure['who'], usage: Usage, cause: UserError) {
    super(cause.message, { cause });
    this.who = who;
    this.usage = usage;
  }
}

async function failingAs<T>(who: TurnFailure['who'], usage: Usage, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof UserError ? new TurnFailure(who, usage, error) : error;
  }
}

async function takeTurn(
  number: number,
  earlier: readonly Turn[],
  options: RefineOptions,
  progress: (event: Progress) => void,
): Promise<Turn> {
  const now = options.now ?? (() => performance.now());
  const started = now();
  const { name } = options.target;
  const completion = await failingAs('model', NO_USAGE, ask(options, earlier));
  const read = readAnswer(completion, earlier, options);
  progress({ kind: 'proposal-received', target: name, turn: number, summary: read.summary, usage: completion.usage });

  const finish = (result: Turn['result']): Turn => ({
    number,
    summary: read.summary,
    result,
    usage: completion.usage,
    seconds: (now() - started) / 1000,
  });
  if (read.kind === 'malformed') {
    progress({ kind: 'malformed', target: name, turn: number, problem: read.problem });
    return finish({ kind: 'malformed', problem: read.problem });
  }
  const { candidate } = read;
  const evidence = await failingAs('verifier', completion.usage, options.verifier.screen(candidate));
  requireSameBytes(evidence, candidate.hash);
  const best = isBest({ turn: number, candidate, evidence }, judgedOf(earlier));
  progress({ kind: 'screened', target: name, turn: number, evidence, score: score(evidence), best });
  return finish({ kind: 'judged', candidate, evidence });
}

async function ask({ model, ...context }: RefineOptions, earlier: readonly Turn[]): Promise<Completion> {
  return model.complete(conversationFor(context, earlier));
}

type Answer =
  | { readonly kind: 'candidate'; readonly summary: string; readonly candidate: Candidate }
  | { readonly kind: 'malformed'; readonly summary: string; readonly problem: string };

function readAnswer(
  { text, stop }: Completion,
  earlier: readonly Turn[],
  { target, baseline }: Pick<RefineOptions, 'target' | 'baseline'>,
): Answer {
  if (stop === 'refusal') return unusable('', REFUSED);
  if (stop === 'length') return unusable('', CUT);
  const proposal = parseProposal(text, targetFiles(target, baseline).writable);
  if (proposal.kind === 'malformed') return unusable('', proposal.problem);

  const files = baseline.map((file) => proposal.files.find(({ path }) => path === file.path) ?? file);
  const candidate = candidateFor(target, files);
  const same = judgedOf(earlier).find((judged) => judged.candidate.hash === candidate.hash);
  if (same) {
    return unusable(
      proposal.summary,
      `These files are those of turn ${same.turn}, byte for byte. They were not measured again: their result stands. Send a version that differs.`,
    );
  }
  return { kind: 'candidate', summary: proposal.summary, candidate };
}

const REFUSED =
  'You declined to answer. The task is ordinary performance work on the source above: rewrite it so that it runs faster with the same results.';
const CUT =
  'Your answer was cut at the limit of its length, so nothing of it was used. Think more briefly, and send only the summary and the complete files.';

function unusable(summary: string, problem: string): Answer {
  return { kind: 'malformed', summary, problem };
}

function judgedOf(turns: readonly Turn[]): Judged[] {
  return turns.flatMap(({ number, result }) =>
    result.kind === 'judged' ? [{ turn: number, candidate: result.candidate, evidence: result.evidence }] : [],
  );
}

function isBest(judged: Judged, earlier: readonly Judged[]): boolean {
  return isCorrect(judged.evidence) && earlier.every((other) => betterThan(judged, other));
}
