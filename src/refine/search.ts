import type { Evidence } from '../core/evidence.ts';
import { addUsage, type Model, NO_USAGE, TUNER } from '../core/model.ts';
import type { TargetOutcome, Turn } from '../core/outcome.ts';
import type { SearchPlan } from '../core/search-plan.ts';
import type { Candidate } from '../core/source.ts';
import { samePlace, type TurnPlace, turnName } from '../core/turn-place.ts';
import { isCorrect } from '../core/verdict.ts';
import type { ScreenOptions, Verifier } from '../core/verifier.ts';
import { createSyntax } from '../targets/dependencies/syntax.ts';
import type { Account } from './budget.ts';
import { confirmBest } from './confirm.ts';
import { earlyEnd } from './early-end.ts';
import { type Lineage, POLICY } from './policy.ts';
import type { Progress } from './progress.ts';
import type { PromptContext } from './prompt.ts';
import { bestOf, judgedIn, score } from './score.ts';
import { takeTunerTurn } from './tuner/tuner-turn.ts';
import { NoFurtherTurn, type SearchContext, TurnFailure, takeTurn } from './turn.ts';

/** About what a confirmation takes, by the time of a screening: the GPU's last minutes are kept for it. */
const SCREENS_PER_CONFIRMATION = 15;

export interface RefineOptions extends PromptContext {
  /** With the tuner in its place, the search varies the constants of the existing code, in one trajectory. */
  readonly model: Model | typeof TUNER;
  readonly verifier: Verifier;
  readonly plan: SearchPlan;
  readonly account: Account;
  /** How many combinations of constants are built side by side, over all trajectories; without it, one at a time in each. */
  readonly buildsAtOnce?: number;
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
  const { target, baseline, device, model, verifier, account } = options;
  const plan: SearchPlan = model === TUNER ? { ...options.plan, trajectories: 1, policy: 'serial' } : options.plan;
  const policy = POLICY[plan.policy];
  const progress = options.progress ?? (() => {});
  const ofTurn = (place: TurnPlace) => ({ ...place, target: target.name, trajectories: plan.trajectories });
  /** In the order in which they ended. */
  const turns: Turn[] = [];
  const known = new Map<string, Promise<Evidence>>();
  let lineages: readonly Lineage[] = Array.from({ length: plan.trajectories }, () => []);
  let ended: string | undefined;
  const failures: { readonly place: TurnPlace; readonly error: TurnFailure }[] = [];
  let gpuSeconds = 0;
  let slowestScreen = 0;
  let slowestConfirmation = 0;

  const timeIsUp = (ahead = 0) => account.timeIsUp(slowestScreen * (SCREENS_PER_CONFIRMATION + ahead));
  const context: SearchContext = {
    prompt: options,
    tuning: {
      target,
      screen: (candidate, options) => {
        const screening = known.get(candidate.hash) ?? screenOnce(candidate, options);
        known.set(candidate.hash, screening);
        return screening;
      },
      timeIsUp,
      // All trajectories may be tuning at once.
      atOnce: Math.max(1, Math.floor((options.buildsAtOnce ?? 1) / plan.trajectories)),
    },
    syntax: createSyntax(),
    onProposal: (place, summary, usage) => progress({ ...ofTurn(place), kind: 'proposal-received', summary, usage }),
  };

  const take = (place: TurnPlace, seen: Lineage): Promise<Turn> =>
    model === TUNER ? takeTunerTurn(place, seen, context) : takeTurn(place, seen, { ...context, model, account });

  function spendOnGpu(seconds: number): void {
    if (device.kind !== 'cuda') return;
    gpuSeconds += seconds;
    account.addGpuSeconds(seconds);
  }

  async function screenOnce(candidate: Candidate, options?: ScreenOptions): Promise<Evidence> {
    const evidence = await verifier.screen(candidate, options);
    const { screen: seconds = 0, profile = 0 } = evidence.timings_s;
    spendOnGpu(seconds + profile);
    slowestScreen = Math.max(slowestScreen, seconds);
    return evidence;
  }

  async function confirmOnce(candidate: Candidate): Promise<Evidence> {
    const evidence = await verifier.confirm(candidate);
    const seconds = evidence.timings_s.confirm ?? 0;
    spendOnGpu(seconds);
    slowestConfirmation = Math.max(slowestConfirmation, seconds);
    return evidence;
  }

  /** The next turn of a trajectory, unless the search has ended meanwhile. */
  async function advance(trajectory: number): Promise<void> {
    const lineage = lineages[trajectory - 1] ?? [];
    const place = { trajectory, turn: turns.filter((turn) => turn.trajectory === trajectory).length + 1 };
    ended ??= timeIsUp() ?? earlyEnd(turns, plan);
    if (ended !== undefined || failures.length > 0) return;
    const seen = policy.seen(lineage);
    const last = seen.at(-1);
    const after = last && { after: { trajectory: last.trajectory, turn: last.turn } };
    const by = model === TUNER ? 'tuner' : 'model';
    progress({ ...ofTurn(place), kind: 'turn-started', turns: plan.turns, by, ...after });
    let turn: Turn;
    try {
      turn = await take(place, seen);
    } catch (error) {
      ended ??= error instanceof NoFurtherTurn ? error.message : undefined;
      if (error instanceof NoFurtherTurn) return;
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
      ...(result.tuned === undefined ? {} : { tuned: result.tuned }),
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
  // Without times nothing speaks for one number rather than another: the present ones stay.
  const worth = model === TUNER && device.kind === 'emulated' ? [] : judged;
  const { best, refuted } = await confirmBest(worth, {
    target: target.name,
    trajectories: plan.trajectories,
    confirm: confirmOnce,
    modes: verifier.modes,
    timeIsUp: () => account.timeIsUp(slowestConfirmation),
    progress,
  });
  const remark = [ended, refuted].filter((text) => text !== undefined).join(' ');
  const outcome: TargetOutcome = {
    target,
    baseline,
    trajectories: plan.trajectories,
    turns: turns.toSorted((a, b) => a.trajectory - b.trajectory || a.turn - b.turn),
    ...(best ? { best } : {}),
    ...(device.kind === 'cuda' ? { gpuSeconds } : {}),
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
