import type { Device, Evidence } from './evidence.ts';
import type { Usage } from './model.ts';
import type { Candidate, SourceFile } from './source.ts';
import type { Target } from './target.ts';
import type { TurnPlace } from './turn-place.ts';

/** One proposal with its result. */
export interface Turn extends TurnPlace {
  /** The model's own short summary of its idea; untrusted text. */
  readonly summary: string;
  readonly result:
    | { readonly kind: 'judged'; readonly candidate: Candidate; readonly evidence: Evidence }
    /** The answer held no usable proposal; `problem` says why. */
    | { readonly kind: 'malformed'; readonly problem: string };
  readonly usage: Usage;
  /** What the model, the build and the measurement took together; waiting for each other is not in it. */
  readonly seconds: number;
}

/** Everything that the search learned about one target. */
export interface TargetOutcome {
  readonly target: Target;
  /** The files as they were measured: the head's own code. */
  readonly baseline: readonly SourceFile[];
  /** How many chains of turns there were. */
  readonly trajectories: number;
  /** One trajectory's after the other's. */
  readonly turns: readonly Turn[];
  /** The best candidate that passed every check, with its confirmation. */
  readonly best?: TurnPlace & { readonly candidate: Candidate; readonly evidence: Evidence };
  /** The head's own code does not compile or fails its own check: no model was asked, and `ended` says what is wrong. */
  readonly baselineFailed?: true;
  /** Why the search ended before its last turn, or without the candidate that looked best, when it did. */
  readonly ended?: string;
  readonly usage: Usage;
}

/** One run over all targets of a request: what reports are made from. */
export interface RunOutcome {
  readonly device: Device;
  readonly sandbox: 'bubblewrap' | 'off';
  readonly model: string;
  readonly targets: readonly TargetOutcome[];
  readonly seconds: number;
}
