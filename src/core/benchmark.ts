import type { Check, Device, Speedup } from './evidence.ts';
import type { ModeColumns } from './mode-column.ts';
import type { Verdict } from './verdict.ts';

/** One call of a target's own code at one workload: medians with a cold L2, in microseconds. */
export interface BenchmarkedWorkload {
  readonly name: string;
  readonly us: number;
  /** What no kernel can be faster than; absent where it is not known. */
  readonly floor_us?: number;
  /** The other revision's, and how many times as long it takes, with a 99 % interval. */
  readonly base_us?: number;
  readonly speedup?: number;
  readonly low?: number;
  readonly high?: number;
}

/** What became of the comparison with another revision of the code. */
export type Comparison =
  | { readonly kind: 'measured'; readonly verdict: Verdict; readonly reason: string }
  | { readonly kind: 'same' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly reason: string };

/** A pull request's own code, strictly measured beside that of its base branch, which is the baseline then. */
export type AgainstBase =
  | Exclude<Comparison, { readonly kind: 'measured' }>
  | (Extract<Comparison, { readonly kind: 'measured' }> & {
      /** The base's time over the head's, over all workloads; absent where nothing was timed. */
      readonly speedup?: Speedup;
      /** Empty on the emulated device, and where the head is not right. */
      readonly workloads: readonly BenchmarkedWorkload[];
      readonly checks: readonly Check[];
      /** For which the measurement went on. */
      readonly seconds: number;
    });

/** A target's own code by itself. */
export interface OwnMeasurement {
  /** Empty where there is no GPU. */
  readonly workloads: readonly BenchmarkedWorkload[];
  readonly checks: readonly Check[];
  /** Of a module. */
  readonly modes?: ModeColumns;
}

/** How a target's own code does. Printed by `bench --json`, so the fields are named as in evidence. */
export type Benchmark = { readonly target: string } & (
  | (OwnMeasurement & { readonly outcome: 'measured'; readonly comparison?: Comparison })
  | { readonly outcome: 'failed'; readonly reason: string }
);

/** All that a run of `bench` found. */
export interface BenchmarkRun {
  readonly device: Device;
  readonly sandbox: 'bubblewrap' | 'off';
  /** The revision that targets are compared with. */
  readonly base?: string;
  readonly targets: readonly Benchmark[];
}
