import type { Evidence } from './evidence.ts';
import type { ModeColumns } from './mode-column.ts';
import type { Candidate } from './source.ts';

export interface ScreenOptions {
  /** Whether the profiler is asked too what limits a candidate that is right, which takes seconds more; for a model to read. */
  readonly profile?: boolean;
}

/** What the search needs from the judge: evidence for a candidate of one target. Failing candidates resolve; only a broken machine rejects. */
export interface Verifier {
  /** Builds and measures quickly; never says `faster`: at best `not-proven`, with a speedup. */
  screen(candidate: Candidate, options?: ScreenOptions): Promise<Evidence>;
  /** Builds and measures strictly: new seeds, new processes, all workloads. */
  confirm(candidate: Candidate): Promise<Evidence>;
  /** The baseline in its other modes, measured once; undefined for what is no module. */
  modes(): Promise<ModeColumns | undefined>;
}
