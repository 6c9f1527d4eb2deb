import type { Evidence } from '../core/evidence.ts';
import type { Usage } from '../core/model.ts';
import type { TargetOutcome } from '../core/outcome.ts';
import type { TurnPlace } from '../core/turn-place.ts';

/** The turn that something happened in. */
interface OfTurn extends TurnPlace {
  readonly target: string;
  readonly trajectories: number;
}

/** What happens in the search for one target, as it happens: for a terminal, a log or a journal. */
export type Progress =
  | (OfTurn & { readonly kind: 'turn-started'; readonly turns: number })
  | (OfTurn & {
      readonly kind: 'proposal-received';
      /** The model's own words; untrusted. */
      readonly summary: string;
      readonly usage: Usage;
    })
  /** The answer held nothing to judge, and why. */
  | (OfTurn & { readonly kind: 'malformed'; readonly problem: string })
  | (OfTurn & {
      readonly kind: 'screened';
      readonly evidence: Evidence;
      /** Kevin's score. */
      readonly score: number;
      /** The best of this target so far. */
      readonly best: boolean;
    })
  | (OfTurn & { readonly kind: 'confirming'; readonly attempt: number })
  | (OfTurn & {
      readonly kind: 'confirmed';
      readonly evidence: Evidence;
      /** Whether the candidate is the one to report. */
      readonly holds: boolean;
    })
  | { readonly kind: 'done'; readonly target: string; readonly outcome: TargetOutcome };
