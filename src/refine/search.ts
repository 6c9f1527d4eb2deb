import { UserError } from '../core/errors.ts';
import type { Device } from '../core/evidence.ts';
import { addUsage, type Completion, type Model, NO_USAGE } from '../core/model.ts';
import type { TargetOutcome, Turn } from '../core/outcome.ts';
import { type Candidate, candidateOf, type SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import type { Verifier } from '../core/verifier.ts';
import { confirmBest, requireSameBytes } from './confirm.ts';
import { conversationFor } from './conversation.ts';
import type { Progress } from './progress.ts';
import { parseProposal } from './proposal.ts';
import { betterThan, isCorrect, type Judged, score } from './score.ts';

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
 * A model that fails once something was judged ends the search early, and what was found is still confirmed; before that
 * its error is rethrown. A verifier rejects only on a broken machine, and that is always rethrown.
 */
export async function refineTarget(options: RefineOptions): Promise<TargetOutcome> {
  const { target, baseline, verifier } = options;
  const progress = options.progress ?? (() => {});
  const turns: Turn[] = [];
  let ended: string | undefined;

  for (let number = 1; number <= options.turns; number++) {
    progress({ kind: 'turn-started', target: target.name, turn: number, turns: options.turns });
    try {
      turns.push(await takeTurn(number, turns, options, progress));
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error;
      if (judgedOf(turns).length === 0) throw error.cause;
      ended = `The model failed in turn ${number}: ${error.message}`;
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
    usage: turns.map((turn) => turn.usage).reduce(addUsage, NO_USAGE),
  };
  progress({ kind: 'done', target: target.name, outcome });
  return outcome;
}

/** Tells a failure of the model from one of the verifier, which is of the same class. */
class ModelFailure extends Error {}

async function takeTurn(
  number: number,
  earlier: readonly Turn[],
  options: RefineOptions,
  progress: (event: Progress) => void,
): Promise<Turn> {
  const now = options.now ?? (() => performance.now());
  const started = now();
  const { name } = options.target;
  const completion = await ask(options, earlier);
  const read = readAnswer(completion, earlier, options.baseline);
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
  const evidence = await options.verifier.screen(candidate);
  requireSameBytes(evidence, candidate.hash);
  const best = isBest({ turn: number, candidate, evidence }, judgedOf(earlier));
  progress({ kind: 'screened', target: name, turn: number, evidence, score: score(evidence), best });
  return finish({ kind: 'judged', candidate, evidence });
}

async function ask({ model, ...context }: RefineOptions, earlier: readonly Turn[]): Promise<Completion> {
  try {
    return await model.complete(conversationFor(context, earlier));
  } catch (error) {
    if (error instanceof UserError) throw new ModelFailure(error.message, { cause: error });
    throw error;
  }
}

type Answer =
  | { readonly kind: 'candidate'; readonly summary: string; readonly candidate: Candidate }
  | { readonly kind: 'malformed'; readonly summary: string; readonly problem: string };

function readAnswer({ text, stop }: Completion, earlier: readonly Turn[], baseline: readonly SourceFile[]): Answer {
  if (stop === 'refusal') return unusable('', REFUSED);
  if (stop === 'length') return unusable('', CUT);
  const proposal = parseProposal(text, baseline);
  if (proposal.kind === 'malformed') return unusable('', proposal.problem);

  const candidate = candidateOf(baseline.map((file) => proposal.files.find(({ path }) => path === file.path) ?? file));
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
  'You declined to answer. The task is ordinary performance work on the source above: rewrite the launcher so that it runs faster with the same results.';
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
