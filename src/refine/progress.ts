import type { Evidence } from '../core/evidence.ts';
import type { Usage } from '../core/model.ts';
import type { TargetOutcome } from '../core/outcome.ts';

/** What happens in the search for one target, as it happens: for a terminal, a log or a journal. */
export type Progress =
  | { readonly kind: 'turn-started'; readonly target: string; readonly turn: number; readonly turns: number }
  | {
      readonly kind: 'proposal-received';
      readonly target: string;
      readonly turn: number;
      /** The model's own words; untrusted. */
      readonly summary: string;
      readonly usage: Usage;
    }
  /** The answer held nothing to judge, and why. */
  | { readonly kind: 'malformed'; readonly target: string; readonly turn: number; readonly problem: string }
  | {
      readonly kind: 'screened';
      readonly target: string;
      readonly turn: number;
      readonly evidence: Evidence;
      /** Kevin's score. */
      readonly score: number;
      /** The best of this target so far. */
      readonly best: boolean;
    }
  | { readonly kind: 'confirming'; readonly target: string; readonly turn: number; readonly attempt: number }
  | {
      readonly kind: 'confirmed';
      readonly target: string;
      readonly turn: number;
      readonly evidence: Evidence;
      /** Whether the candidate is the one to report. */
      readonly holds: boolean;
    }
  | { readonly kind: 'done'; readonly target: string; readonly outcome: TargetOutcome };
