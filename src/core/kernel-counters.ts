/**
 * What the profiler counted in one call of a candidate, outside of any timed part. A candidate can forge it, so that it is told to the model and to
 * readers, and no verdict rests on it.
 */
export interface Profile {
  /** The longest first; empty where there is a reason. */
  readonly kernels: readonly KernelCounters[];
  /** Why it could not be profiled; empty where it was. */
  readonly reason: string;
}

export interface KernelCounters {
  readonly name: string;
  /** Its longest launch under the profiler, in microseconds. */
  readonly us: number;
  /** Of that launch, by ncu's names; those that the GPU does not have are left out. */
  readonly metrics: Readonly<Record<string, number>>;
}
