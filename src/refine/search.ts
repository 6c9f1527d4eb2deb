import type { Evidence } from '../core/evidence.ts';
import { addUsage, type Model, NO_USAGE } from '../core/model.ts';
import type { TargetOutcome, Turn } from '../core/outcome.ts';
import type { SearchPlan } from '../core/search-plan.ts';
import type { Candidate } from '../core/source.ts';
import { type TurnPlace, turnName } from '../core/turn-place.ts';
import type { Verifier } from '../core/verifier.ts';
import type { Account } from './budget.ts';
import { confirmBest } from './confirm.ts';
import { earlyEnd } from './early-end.ts';
import { type Lineage, POLICY } from './policy.ts';
import type { Progress } from './progress.ts';
import type { PromptContext } from './prompt.ts';
import { bestOf, isCorrect, judgedIn, samePlace, score } from './score.ts';
import { BudgetUsedUp, type TurnContext, TurnFailure, takeTurn } from './turn.ts';

/** About what a confirmation takes, by the time of a screening: the GPU's last minutes are kept for it. */
const SCREENS_PER_CONFIRMATION = 15;

export interface RefineOptions extends PromptContext {
  readonly model: Model;
  readonly verifier: Verifier;
  readonly plan: SearchPlan;
  readonly account: Account;
  readonly progress?: (event: Progress) => void;
}

/**
 * The search for one target: trajectories of turns side by side, as the plan's policy has it; then the best of all is confirmed. While the
 * model works for one trajectory, builds and measurements go on for the others.
 *
 * A failure must not cost what was found: a model that fails once something was judged, and a machine that fails once something
 * was correct, end the search early, as a budget does, and what was found is still confirmed where that can be. Before that the error is
 * rethrown, and a bug always is.
 */
export async function refineTarget(options: RefineOptions): Promise<TargetOutcome> {
  const { target, baseline, device, model, verifier, plan, account } = options;
  const policy = POLICY[plan.policy];
  const progress = options.progress ?? (() => {});
  const ofTurn = (place: TurnPlace) => ({ ...place, target: target.name, trajectories: plan.trajectories });
  /** In the order in which they ended. */
  const turns: Turn[] = [];
  const known = new Map<string, Promise<Evidence>>();
  let lineages: readonly Lineage[] = Array.from({ length: plan.trajectories }, () => []);
  let ended: string | undefined;
  const failures: { readonly place: TurnPlace; readonly error: TurnFailure }[] = [];
  let slowestScreen = 0;

  const context: TurnContext = {
    prompt: options,
    model,
    account,
    screen: (candidate) => {
      const screening = known.get(candidate.hash) ?? screenOnce(candidate);
      known.set(candidate.hash, screening);
      return screening;
    },
    onProposal: (place, summary, usage) => progress({ ...ofTurn(place), kind: 'proposal-received', summary, usage }),
  };

  async function screenOnce(candidate: Candidate): Promise<Evidence> {
    const evidence = await verifier.screen(candidate);
    const { screen: seconds = 0, profile = 0 } = evidence.timings_s;
    if (device.kind === 'cuda') account.addGpuSeconds(seconds + profile);
    slowestScreen = Math.max(slowestScreen, seconds);
    return evidence;
  }

  /** The next turn of a trajectory, unless the search has ended meanwhile. */
  async function advance(trajectory: number): Promise<void> {
    const lineage = lineages[trajectory - 1] ?? [];
    const place = { trajectory, turn: turns.filter((turn) => turn.trajectory === trajectory).length + 1 };
    ended ??= account.timeIsUp(slowestScreen * SCREENS_PER_CONFIRMATION) ?? earlyEnd(turns, plan);
    if (ended !== undefined || failures.length > 0) return;
    progress({ ...ofTurn(place), kind: 'turn-started', turns: plan.turns });
    let turn: Turn;
    try {
      turn = await takeTurn(place, policy.seen(lineage), context);
    } catch (error) {
      ended ??= error instanceof BudgetUsedUp ? error.message : undefined;
      if (error instanceof BudgetUsedUp) return;
      if (!(error instanceof TurnFailure)) throw error;
      failures.push({ place, error });
      return;
    }
    turns.push(turn);
    lineages = lineages.with(trajectory - 1, [...lineage, turn]);
    tell(turn);
  }

  function tell(turn: Turn): void {
    const { result } = turn;
    const place = ofTurn({ trajectory: turn.trajectory, turn: turn.turn });
    if (result.kind === 'malformed') {
      progress({ ...place, kind: 'malformed', problem: result.problem });
      return;
    }
    const best = bestOf(judgedIn(turns));
    progress({
      ...place,
      kind: 'screened',
      evidence: result.evidence,
      score: score(result.evidence),
      best: best !== undefined && samePlace(best, turn),
    });
  }

  const trajectories = Array.from({ length: plan.trajectories }, (_, index) => index + 1);
  const rounds = Array.from({ length: plan.turns });
  if (policy.inRounds) {
    for (const _ of rounds) {
      await all(trajectories.map(advance));
      lineages = policy.regroup(lineages);
    }
  } else {
    await all(
      trajectories.map(async (trajectory) => {
        for (const _ of rounds) await advance(trajectory);
      }),
    );
  }

  const judged = judgedIn(turns);
  const [first] = failures;
  if (first !== undefined) {
    const { who, message, cause } = first.error;
    if (!judged.some(({ evidence }) => who === 'model' || isCorrect(evidence))) throw cause;
    ended = `${who === 'model' ? 'The model' : 'The measurement'} failed in turn ${turnName(first.place, plan.trajectories)}: ${message}`;
  }
  const { best, refuted } = await confirmBest(
    { target: target.name, trajectories: plan.trajectories },
    judged,
    verifier,
    progress,
  );
  const remark = [ended, refuted].filter((text) => text !== undefined).join(' ');
  const outcome: TargetOutcome = {
    target,
    baseline,
    trajectories: plan.trajectories,
    turns: turns.toSorted((a, b) => a.trajectory - b.trajectory || a.turn - b.turn),
    ...(best ? { best } : {}),
    ...(remark !== '' ? { ended: remark } : {}),
    usage: [...turns, ...failures.map(({ error }) => error)].map(({ usage }) => usage).reduce(addUsage, NO_USAGE),
  };
  progress({ kind: 'done', target: target.name, outcome });
  return outcome;
}

/** Waits for all, and then throws what the first of them threw: nothing goes on unseen. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  for (const settled of await Promise.allSettled(work)) {
    if (settled.status === 'rejected') throw settled.reason;
  }
}
