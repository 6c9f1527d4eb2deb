import type { TargetOutcome } from '../../core/outcome.ts';
import { samePlace, type TurnPlace, turnName } from '../../core/turn-place.ts';
import { isCorrect } from '../../core/verdict.ts';
import { labelOf, NO_ANSWER } from '../label.ts';

/** One turn as a picture shows it. */
export interface Point extends TurnPlace {
  /** As people name it: `2.3`. */
  readonly name: string;
  /** The speedup where the version is correct: of the confirmed one the confirmed. */
  readonly speedup?: number;
  /** Where it is not: `incorrect`, `does not compile` … */
  readonly failure?: string;
  readonly best: boolean;
}

/** The turns of a target in order; empty where nothing was timed, as on the emulated device. */
export function pointsOf({ turns, trajectories, best }: TargetOutcome): Point[] {
  const points = turns.map((turn): Point => {
    const isBest = best !== undefined && samePlace(turn, best);
    const place = { trajectory: turn.trajectory, turn: turn.turn, name: turnName(turn, trajectories), best: isBest };
    if (turn.result.kind === 'malformed') return { ...place, failure: NO_ANSWER.words };
    const evidence = isBest ? best.evidence : turn.result.evidence;
    if (evidence.device.kind === 'cuda' && evidence.speedup !== undefined && isCorrect(evidence))
      return { ...place, speedup: evidence.speedup.estimate };
    return { ...place, failure: labelOf(evidence).words };
  });
  return points.some((point) => point.speedup !== undefined) ? points : [];
}
