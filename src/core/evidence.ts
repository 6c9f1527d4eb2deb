import type { Profile } from './kernel-counters.ts';
import type { KernelResources } from './kernel-resources.ts';
import type { ModeColumns } from './mode-column.ts';
import type { Verdict } from './verdict.ts';

/*
 * Everything a reader needs to believe a verdict. Evidence is printed by `verify --json`, kept in journals and sent between
 * jobs, so its fields have the names that they have there, units included, and nothing translates between two shapes.
 */

export interface Device {
  /** As the driver calls it, such as `NVIDIA H200`; `emulated CPU` without a GPU. */
  readonly name: string;
  readonly kind: 'cuda' | 'emulated';
  /** Architecture that candidates are compiled for, such as `sm_90`. */
  readonly arch: string;
  /** Versions a reader needs to repeat a measurement: driver, CUDA, PyTorch, nvcc … where known. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The most that a device was measured to do. Named as the judge has it. */
export interface Ceilings {
  /** Of memory, read and written together. */
  readonly bytes_per_us: number;
  /** Of dense bf16 matrix products with float32 sums. */
  readonly flops_per_us: number;
}

export interface Check {
  /** `build`, `oracle`, `inputs-unchanged`, `guard-bands`, `determinism`, `clocks` … */
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** What was checked and seen, in words that help to mend it. */
  readonly detail: string;
}

/** Baseline time over candidate time, with a 99 % interval. */
export interface Speedup {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** The same ratio by the judge's own clock, which no candidate can reach. */
  readonly judge_clock: number;
}

export interface WorkloadTimes {
  readonly name: string;
  /** Median time of one call with a cold L2, in microseconds. */
  readonly baseline_us: number;
  readonly candidate_us: number;
  readonly speedup: number;
  readonly low: number;
  readonly high: number;
  /** Time that no kernel can be faster than, in microseconds, from the bytes and operations of the workload. Absent where it is not known. */
  readonly floor_us?: number;
}

export interface Evidence {
  readonly target: string;
  readonly verdict: Verdict;
  /** One sentence for people. */
  readonly reason: string;
  readonly device: Device;
  readonly sandbox: 'bubblewrap' | 'off';
  /** Which of the two measurements this is; only `confirm` can say `faster`. */
  readonly stage: 'screen' | 'confirm';
  /** Geometric mean over workloads. Absent on the emulated device, whose times are never a speedup. */
  readonly speedup?: Speedup;
  /** Empty on the emulated device and where nothing could be timed. */
  readonly workloads: readonly WorkloadTimes[];
  readonly checks: readonly Check[];
  /** What the compiler gave each kernel of the candidate; absent where it said nothing. */
  readonly resources?: readonly KernelResources[];
  /** What limits its kernels; of a screening on a GPU alone, where the candidate was right. */
  readonly profile?: Profile;
  /** The baseline of a module, run eagerly and by `torch.compile`; only beside a candidate that was right and timed in a confirmation. */
  readonly modes?: ModeColumns;
  /** SHA-256 of the sources, from `hashFiles`. */
  readonly hashes: { readonly baseline: string; readonly candidate: string };
  /** `profile` is what a screening took besides, for the profiler. */
  readonly timings_s: {
    readonly build: number;
    readonly screen?: number;
    readonly profile?: number;
    readonly confirm?: number;
  };
  /** Where the judge's time went, in seconds by `Phase` of the harness; absent where it was not asked. */
  readonly phases_s?: Readonly<Record<string, number>>;
  /** Tail of what the compiler or the crashed runner printed: data, to be shown but never believed. */
  readonly log?: string;
}
