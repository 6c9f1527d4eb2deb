import { z } from 'zod';

const tensors = z.record(z.string(), z.string());
const values = z.record(z.string(), z.number());

/** One target as it is written: keys and types. What they mean together is checked by `readTarget`. */
export const targetSchema = z.strictObject({
  source: z.string().describe('Path of the .cu file from the root of the repository'),
  entry: z.string().describe('Name of the extern "C" launcher in the source'),
  args: z.array(z.string()).min(1).describe("The launcher's parameters in order"),
  inputs: tensors.default({}).describe('Tensors that the launcher reads: dtype and extents by name'),
  outputs: tensors.describe('Tensors that the launcher writes: dtype and extents by name'),
  scalars: z.record(z.string(), z.string()).default({}).describe('Types and defaults of numbers passed by value'),
  workloads: z.array(values).min(1).describe('Measured and checked: the number for each dimension and scalar'),
  vary: z
    .record(z.string(), z.array(z.number()).min(1))
    .default({})
    .describe('Checked only: every combination of these'),
  emulate: z.array(values).default([]).describe('What the emulated device runs in place of workloads'),
  reference: z.string().optional().describe('Torch expression that gives the right answer'),
});

export type WrittenTarget = z.infer<typeof targetSchema>;

export const TARGET_KEYS: readonly string[] = Object.keys(targetSchema.shape);

/** The file around the targets. */
export const configurationSchema = z.strictObject({ targets: z.record(z.string(), z.unknown()) });

/** Keys of the kinds of target that are planned and refused until then. */
export const PLANNED_KEYS = ['module', 'function', 'kernel-builder'] as const;
