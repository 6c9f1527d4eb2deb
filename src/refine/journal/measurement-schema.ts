import { z } from 'zod';
import type { AgainstBase, OwnMeasurement } from '../../core/benchmark.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { Profile } from '../../core/kernel-counters.ts';
import type { KernelResources } from '../../core/kernel-resources.ts';
import type { ModeColumn } from '../../core/mode-column.ts';
import { VERDICTS } from '../../core/verdict.ts';

/*
 * What the judge says, as it is written down and carried between jobs. It is kept whole: fields that are not named here stay. Whatever a report
 * shows is named, so that a number is one: only texts are escaped there.
 */

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const deviceSchema = z.looseObject({
  name: z.string(),
  kind: z.enum(['cuda', 'emulated']),
  arch: z.string(),
  versions: z.record(z.string(), z.string()),
});

export const sandboxSchema = z.enum(['bubblewrap', 'off']);

const speedupSchema = z.looseObject({
  estimate: z.number(),
  low: z.number(),
  high: z.number(),
  judge_clock: z.number(),
});
const checksSchema = z.array(
  z.looseObject({ name: z.string(), status: z.enum(['passed', 'failed', 'skipped']), detail: z.string() }),
);

const resourcesSchema = z.looseObject({
  name: z.string(),
  registers: z.number(),
  shared_bytes: z.number(),
  spill_store_bytes: z.number(),
  spill_load_bytes: z.number(),
  stack_bytes: z.number(),
  occupancy: z
    .array(
      z.looseObject({
        block_threads: z.number(),
        block_shared_bytes: z.number(),
        warps: z.number(),
        most_warps: z.number(),
        limited_by: z.enum(['registers', 'shared memory', 'warps', 'blocks']),
      }),
    )
    .exactOptional(),
}) satisfies z.ZodType<KernelResources>;

const profileSchema = z.looseObject({
  kernels: z.array(z.looseObject({ name: z.string(), us: z.number(), metrics: z.record(z.string(), z.number()) })),
  reason: z.string(),
}) satisfies z.ZodType<Profile>;

const modeSchema = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('timed'),
    workloads: z.array(
      z.looseObject({
        name: z.string(),
        us: z.number(),
        baseline_us: z.number(),
        speedup: z.number(),
        low: z.number(),
        high: z.number(),
      }),
    ),
  }),
  z.looseObject({ kind: z.enum(['not-possible', 'failed']), reason: z.string() }),
]) satisfies z.ZodType<ModeColumn>;

const modesSchema = z.object({ eager: modeSchema, compiled: modeSchema });

export const evidenceSchema = z.looseObject({
  target: z.string(),
  verdict: z.enum(VERDICTS),
  reason: z.string(),
  device: deviceSchema,
  sandbox: sandboxSchema,
  stage: z.enum(['screen', 'confirm']),
  speedup: speedupSchema.exactOptional(),
  workloads: z.array(
    z.looseObject({
      name: z.string(),
      baseline_us: z.number(),
      candidate_us: z.number(),
      speedup: z.number(),
      low: z.number(),
      high: z.number(),
      floor_us: z.number().exactOptional(),
    }),
  ),
  checks: checksSchema,
  resources: z.array(resourcesSchema).exactOptional(),
  profile: profileSchema.exactOptional(),
  modes: modesSchema.exactOptional(),
  hashes: z.looseObject({ baseline: sha256, candidate: sha256 }),
  timings_s: z.looseObject({
    build: z.number(),
    screen: z.number().exactOptional(),
    profile: z.number().exactOptional(),
    confirm: z.number().exactOptional(),
  }),
  phases_s: z.record(z.string(), z.number()).exactOptional(),
  log: z.string().exactOptional(),
}) satisfies z.ZodType<Evidence>;

const benchmarkedSchema = z.array(
  z.looseObject({
    name: z.string(),
    us: z.number(),
    floor_us: z.number().exactOptional(),
    base_us: z.number().exactOptional(),
    speedup: z.number().exactOptional(),
    low: z.number().exactOptional(),
    high: z.number().exactOptional(),
  }),
);

export const ownMeasurementSchema = z.looseObject({
  workloads: benchmarkedSchema,
  checks: checksSchema,
  modes: modesSchema.exactOptional(),
}) satisfies z.ZodType<OwnMeasurement>;

export const comparisonSchema = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('measured'),
    verdict: z.enum(VERDICTS),
    reason: z.string(),
    speedup: speedupSchema.exactOptional(),
    workloads: benchmarkedSchema,
    checks: checksSchema,
    seconds: z.number(),
  }),
  z.looseObject({ kind: z.literal('same') }),
  z.looseObject({ kind: z.literal('absent') }),
  z.looseObject({ kind: z.literal('failed'), reason: z.string() }),
]) satisfies z.ZodType<AgainstBase>;
