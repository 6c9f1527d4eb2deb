import type { AgainstBase, OwnMeasurement } from './benchmark.ts';
import type { Device, Evidence } from './evidence.ts';
import type { Usage } from './model.ts';
import type { Candidate, SourceFile } from './source.ts';
import type { Target } from './target.ts';
import type { TurnPlace } from './turn-place.ts';
import type { Verdict } from './verdict.ts';

/** What became of the constants of a candidate for which several numbers were tried. */
export interface Tuned {
  /** Names of the constants that were varied; empty where the declaration was not usable. */
  readonly varied: readonly string[];
  /** The numbers of the candidate that the turn resulted in, by the names of the constants. */
  readonly values: Readonly<Record<string, number>>;
  /** All combinations that were built and screened, in the order in which they were begun. */
  readonly trials: readonly Trial[];
  /** Why nothing was tuned, or not all was tried, when that is so. */
  readonly remark?: string;
}

/** One combination of constants, screened. */
export interface Trial {
  readonly values: Readonly<Record<string, number>>;
  readonly verdict: Verdict;
  /** By the screening; absent where it was not timed. */
  readonly speedup?: number;
}

/** One proposal with its result. */
export interface Turn extends TurnPlace {
  /** The model's own short summary of its idea; untrusted text. */
  readonly summary: string;
  readonly result:
    | {
        readonly kind: 'judged';
        readonly candidate: Candidate;
        readonly evidence: Evidence;
        /** Absent where no constants were tuned. */
        readonly tuned?: Tuned;
      }
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
  /** The head's own code beside that of the base branch; absent where nobody asked for it, or the head's own code fails. */
  readonly againstBase?: AgainstBase;
  /** The head's own code by itself, where only that was asked for: nothing was searched. */
  readonly measured?: OwnMeasurement;
  /** How many chains of turns there were. */
  readonly trajectories: number;
  /** One trajectory's after the other's. */
  readonly turns: readonly Turn[];
  /** The best candidate that passed every check, with its confirmation. */
  readonly best?: TurnPlace & { readonly candidate: Candidate; readonly evidence: Evidence };
  /** The head's own code does not compile or fails its own check: no model was asked, and `ended` says what is wrong. */
  readonly baselineFailed?: true;
  /** For which a GPU measured and profiled versions, their confirmations included; absent where there was none. */
  readonly gpuSeconds?: number;
  /** Why the search ended before its last turn, or without the candidate that looked best, when it did. */
  readonly ended?: string;
  readonly usage: Usage;
}

/** A target that was asked for, or that the changes reach, and of which nothing is known. */
export interface LeftOut {
  readonly name: string;
  /** Without a full stop; foreign in part. */
  readonly because: string;
}

/** One run over all targets of a request: what reports are made from. */
export interface RunOutcome {
  readonly device: Device;
  readonly sandbox: 'bubblewrap' | 'off';
  readonly model: string;
  readonly targets: readonly TargetOutcome[];
  /** Targets that belong to the request and could not be read, for no fault of the machine; absent or empty where all could. */
  readonly leftOut?: readonly LeftOut[];
  readonly seconds: number;
}
