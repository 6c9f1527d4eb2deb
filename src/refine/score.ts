import type { Evidence } from '../core/evidence.ts';
import type { Turn } from '../core/outcome.ts';
import type { Candidate } from '../core/source.ts';
import type { TurnPlace } from '../core/turn-place.ts';
import { isCorrect } from '../core/verdict.ts';
import { LEAST_GAIN } from '../measure/paired-verdict.ts';

/** A candidate that was built and judged. */
export interface Judged extends TurnPlace {
  readonly candidate: Candidate;
  readonly evidence: Evidence;
}

export function judgedIn(turns: readonly Turn[]): Judged[] {
  return turns.flatMap(({ trajectory, turn, result }) =>
    result.kind === 'judged' ? [{ trajectory, turn, candidate: result.candidate, evidence: result.evidence }] : [],
  );
}

/**
 * Kevin's score of one turn, `0.3·correct + T_baseline/T_candidate·correct` (arXiv 2507.11948, section 3). Without times,
 * as on the emulated device, only the first term is known.
 */
export function score(evidence: Evidence): number {
  return isCorrect(evidence) ? 0.3 + (evidence.speedup?.estimate ?? 0) : 0;
}

/** Whether a confirmation could call it `faster`: a gain on average proves nothing where a workload is shown to be slower. */
export function couldBeProven({ speedup, workloads }: Evidence): boolean {
  const threshold = 1 + LEAST_GAIN;
  return speedup !== undefined && speedup.estimate > threshold && workloads.every(({ high }) => high >= 1 / threshold);
}

/**
 * Whether `a` is to be preferred to `b`: the correct one, then the one whose gain could be proven, then the one with the larger screened
 * speedup, the earlier where they are equal.
 *
 * The emulated device has no times. There the later of two correct candidates wins: the model was asked each time to
 * improve on the last, so its latest word is the best guess; it is a guess, and nothing is claimed for it.
 */
export function betterThan(a: Judged, b: Judged): boolean {
  if (isCorrect(a.evidence) !== isCorrect(b.evidence)) return isCorrect(a.evidence);
  if (a.evidence.device.kind === 'emulated' && a.turn !== b.turn) return a.turn > b.turn;
  const provable = couldBeProven(a.evidence);
  if (provable !== couldBeProven(b.evidence)) return provable;
  const difference = score(a.evidence) - score(b.evidence);
  if (difference !== 0) return difference > 0;
  return a.turn === b.turn ? a.trajectory < b.trajectory : a.turn < b.turn;
}

/** The best correct one; undefined where none is correct. */
export function bestOf(judged: readonly Judged[]): Judged | undefined {
  return judged
    .filter(({ evidence }) => isCorrect(evidence))
    .reduce<Judged | undefined>((best, one) => (best === undefined || betterThan(one, best) ? one : best), undefined);
}

/** The candidates that are worth a confirmation, best first. */
export function worthConfirming(judged: readonly Judged[]): Judged[] {
  return judged.filter(({ evidence }) => mayBeFaster(evidence)).sort((a, b) => (betterThan(a, b) ? -1 : 1));
}

/** A confirmation takes ten times a screening and cannot make a slower candidate faster. */
function mayBeFaster(evidence: Evidence): boolean {
  if (!isCorrect(evidence) || evidence.verdict === 'slower') return false;
  return evidence.speedup === undefined || evidence.speedup.estimate > 1;
}
