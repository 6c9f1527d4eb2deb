import { z } from 'zod';

/*
 * What the judge answers. It is our own process, but it is another program in another language, so its answers are checked like any
 * other input; `test/measure/judge-contract.test.ts` ties the two sides together.
 */

const deviceSchema = z.object({
  name: z.string(),
  kind: z.enum(['cuda', 'emulated']),
  arch: z.string(),
  versions: z.record(z.string(), z.string()),
});

export const helloSchema = z.object({ device: deviceSchema, sandbox: z.enum(['bubblewrap', 'off']) });
export type Hello = z.infer<typeof helloSchema>;

const microseconds = z.number().nonnegative();

/** One ABBA group of timed blocks. */
const groupSchema = z.object({
  /** Fresh pair of processes that it was measured in, counted from 0. */
  round: z.number().int().nonnegative().default(0),
  /** Calls in each block. */
  calls: z.number().int().positive(),
  /** Median time of a call in each of the group's two blocks, by the runner's CUDA events. */
  baseline_us: z.array(microseconds).nonempty(),
  candidate_us: z.array(microseconds).nonempty(),
  /** Time of each whole block by the judge's own clock, with flushes and the round trip. */
  baseline_block_us: z.array(microseconds).nonempty(),
  candidate_block_us: z.array(microseconds).nonempty(),
  /** The GPU lowered its clocks meanwhile, and did so again when the group was repeated. */
  throttled: z.boolean().default(false),
});
export type Group = z.infer<typeof groupSchema>;

/** Blocks of one round by the judge's own clock; the three lists are taken in turns, so equal places belong together. */
const clockSchema = z.object({
  round: z.number().int().nonnegative(),
  /** Calls in each block, every one for inputs of its own, without flushes. */
  calls: z.number().int().positive(),
  baseline_block_us: z.array(microseconds).nonempty(),
  candidate_block_us: z.array(microseconds).nonempty(),
  /** Blocks without calls, in the baseline's process. Where a runner copies results, these copy those of so many calls. */
  nothing_block_us: z.array(microseconds).nonempty(),
  /** Where a runner copies results: blocks that copy those of `idle_calls` only. */
  idle_calls: z.number().int().nonnegative().default(0),
  idle_block_us: z.array(microseconds).nonempty().optional(),
});
export type ClockBlocks = z.infer<typeof clockSchema>;

/** Physics: no kernel does the workload in less. */
const floorSchema = z.object({
  us: microseconds,
  bytes: z.number().nonnegative(),
  flops: z.number().nonnegative(),
  detail: z.string(),
});

const workloadSchema = z.object({
  name: z.string(),
  groups: z.array(groupSchema),
  clock: z.array(clockSchema).default([]),
  /** Whether the runner copies what a call returned to where the judge looks for it: of modules and functions, not of launchers. */
  copied: z.boolean().default(false),
  floor: floorSchema.optional(),
});
export type MeasuredWorkload = z.infer<typeof workloadSchema>;

export const measurementSchema = z.object({
  outcome: z.enum([
    'measured',
    'incorrect',
    'rejected',
    'crashed',
    'timed-out',
    'load-failed',
    'baseline-failed',
    'bad-reference',
  ]),
  /** What went wrong; empty for `measured`. */
  detail: z.string(),
  log: z.string(),
  checks: z.array(z.object({ name: z.string(), status: z.enum(['passed', 'failed', 'skipped']), detail: z.string() })),
  workloads: z.array(workloadSchema),
  /** Absent where times mean nothing. */
  ceilings: z.object({ bytes_per_us: z.number().positive(), flops_per_us: z.number().positive() }).optional(),
  /** Of a screening that asked for counters, where the candidate was right. */
  counters: z
    .object({
      kernels: z.array(
        z.object({ name: z.string(), us: microseconds, metrics: z.record(z.string(), z.number().nonnegative()) }),
      ),
      reason: z.string(),
    })
    .optional(),
  seconds: z.number(),
  phases_s: z.record(z.string(), z.number()),
});
export type Measurement = z.infer<typeof measurementSchema>;

/** Of what the configuration says; null where nothing is wrong with it. */
export const checkedSchema = z.object({ problem: z.string().nullable() });

export const replySchema = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.string().optional(),
  progress: z.string().optional(),
});
