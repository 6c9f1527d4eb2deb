/** Other ways to run a module's own code: eagerly, even where its file uses `torch.compile`, and compiled by it in its default mode. */
export const MODES = ['eager', 'compiled'] as const;
export type Mode = (typeof MODES)[number];

/** One workload in a mode, measured in turns with the code as it is: medians of one call with a cold L2, in microseconds. */
export interface ModeTimes {
  readonly name: string;
  readonly us: number;
  /** The code as it is, beside it. */
  readonly baseline_us: number;
  /** The code as it is over the mode, with a 99 % interval: above 1 the mode is the faster one. */
  readonly speedup: number;
  readonly low: number;
  readonly high: number;
}

/** What became of a mode. Printed as JSON with benchmarks and evidence, so the fields are named as there. */
export type ModeColumn =
  | { readonly kind: 'timed'; readonly workloads: readonly ModeTimes[] }
  /** Nothing of the module's: this machine cannot run or time it. */
  | { readonly kind: 'not-possible'; readonly reason: string }
  /** It does not compile, crashes, or gives other results than the code as it is. */
  | { readonly kind: 'failed'; readonly reason: string };

export type ModeColumns = Readonly<Record<Mode, ModeColumn>>;
