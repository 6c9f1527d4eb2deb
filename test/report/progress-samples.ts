import type { RunOutcome, TargetOutcome } from '../../src/core/outcome.ts';
import type { Progress } from '../../src/refine/progress.ts';
import type { ProgressContext } from '../../src/report/progress-comment.ts';
import { comparedRun } from './compared-samples.ts';
import * as samples from './samples.ts';

/** What a search tells while it comes to an outcome. */
export function* eventsOf(outcome: TargetOutcome, turns = 4): Generator<Progress> {
  const { target, againstBase, trajectories } = outcome;
  const of = (turn: number) => ({ target: target.name, trajectory: 1, turn, trajectories });
  yield { kind: 'preparing', target: target.name };
  if (againstBase !== undefined) yield { kind: 'compared', target: target.name, againstBase };
  let best = 0;
  for (const { turn, result, summary, usage } of outcome.turns) {
    yield { ...of(turn), kind: 'turn-started', turns, by: 'model' };
    yield { ...of(turn), kind: 'proposal-received', summary, usage };
    if (result.kind === 'malformed') yield { ...of(turn), kind: 'malformed', problem: result.problem };
    else {
      const seen = result.evidence.speedup?.estimate ?? 0;
      const better = seen > best;
      best = Math.max(best, seen);
      yield { ...of(turn), kind: 'screened', evidence: result.evidence, score: seen, best: better };
    }
  }
  if (outcome.best !== undefined) {
    const { turn, evidence } = outcome.best;
    yield { ...of(turn), kind: 'confirming', attempt: 1 };
    yield { ...of(turn), kind: 'confirmed', evidence, holds: true };
  }
  yield { kind: 'done', target: target.name, outcome };
}

/** All that a run tells, up to the confirmation of its last target. */
export function unfinished({ targets }: RunOutcome = comparedRun()): {
  readonly names: readonly string[];
  readonly events: readonly Progress[];
} {
  const events = targets.flatMap((outcome) => [...eventsOf(outcome)]);
  return { names: targets.map(({ target }) => target.name), events };
}

export const PROGRESS_CONTEXT: ProgressContext = {
  ...samples.CONTEXT,
  model: 'claude-opus-5-5',
  budget: { minutes: 30, usd: 2 },
  seconds: 192,
};
