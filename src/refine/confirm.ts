import { UserError } from '../core/errors.ts';
import type { Evidence } from '../core/evidence.ts';
import type { TargetOutcome } from '../core/outcome.ts';
import { turnName } from '../core/turn-place.ts';
import type { Verifier } from '../core/verifier.ts';
import { withModes } from '../measure/mode-columns.ts';
import type { Progress } from './progress.ts';
import { type Judged, worthConfirming } from './score.ts';

/** Each is strict and slow, and a candidate that fails after a good screening is rare; three failures say enough. */
const MOST_CONFIRMATIONS = 3;

export interface Confirmation {
  readonly best?: NonNullable<TargetOutcome['best']>;
  /** Why no candidate held, when some were tried; a machine that failed is such a reason too. */
  readonly refuted?: string;
}

/** Confirms candidates, best first, until one holds: `faster`, or correct with no gain proven. */
export async function confirmBest(
  { target, trajectories }: { readonly target: string; readonly trajectories: number },
  judged: readonly Judged[],
  verifier: Verifier,
  progress: (event: Progress) => void,
): Promise<Confirmation> {
  let refuted: string | undefined;
  for (const [index, { trajectory, turn, candidate }] of worthConfirming(judged)
    .slice(0, MOST_CONFIRMATIONS)
    .entries()) {
    const place = { trajectory, turn };
    const name = turnName(place, trajectories);
    progress({ kind: 'confirming', target, trajectories, ...place, attempt: index + 1 });
    let evidence: Evidence;
    try {
      evidence = await verifier.confirm(candidate);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const failed = `Turn ${name} could not be confirmed: ${error.message}`;
      return { refuted: refuted === undefined ? failed : `${refuted} ${failed}` };
    }
    requireSameBytes(evidence, candidate.hash);
    const holds = evidence.verdict === 'faster' || evidence.verdict === 'not-proven';
    progress({ kind: 'confirmed', target, trajectories, ...place, evidence, holds });
    if (holds) return { best: { ...place, candidate, evidence: await withModes(evidence, verifier) } };
    refuted ??= `Turn ${name} looked best but was not confirmed. ${evidence.reason}`;
  }
  return refuted === undefined ? {} : { refuted };
}

/** What is delivered must be what was measured. A difference is a bug of the verifier, never of the candidate. */
export function requireSameBytes(evidence: Evidence, hash: string): void {
  if (evidence.hashes.candidate !== hash) {
    throw new Error(`Evidence is for candidate ${evidence.hashes.candidate}, not for ${hash}, which was to be judged.`);
  }
}
