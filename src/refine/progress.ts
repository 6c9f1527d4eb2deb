import type { AgainstBase } from '../core/benchmark.ts';
import type { Evidence } from '../core/evidence.ts';
import type { Usage } from '../core/model.ts';
import type { TargetOutcome, Tuned } from '../core/outcome.ts';
import type { TurnPlace } from '../core/turn-place.ts';

/** The turn that something happened in. */
interface OfTurn extends TurnPlace {
  readonly target: string;
  readonly trajectories: number;
}

/** What happens in the search for one target, as it happens: for a terminal, a log or a journal. */
export type Progress =
  /** A target's own code is being built and checked. */
  | { readonly kind: 'preparing'; readonly target: string }
  /** What its own code comes to beside that of the base branch. */
  | { readonly kind: 'compared'; readonly target: string; readonly againstBase: AgainstBase }
  | (OfTurn & {
      readonly kind: 'turn-started';
      readonly turns: number;
      readonly by: 'model' | 'tuner';
      /** The last of the turns that it is shown, which may be another trajectory's; absent where it is shown none. */
      readonly after?: TurnPlace;
    })
  | (OfTurn & {
      readonly kind: 'proposal-received';
      /** The model's own words, untrusted; or the tuner's. */
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
      /** What its constants were tuned to. */
      readonly tuned?: Tuned;
    })
  | (OfTurn & { readonly kind: 'confirming'; readonly attempt: number })
  | (OfTurn & {
      readonly kind: 'confirmed';
      readonly evidence: Evidence;
      /** Whether the candidate is the one to report. */
      readonly holds: boolean;
    })
  | { readonly kind: 'done'; readonly target: string; readonly outcome: TargetOutcome };
