import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Device } from '../core/evidence.ts';
import type { SourceFile } from '../core/source.ts';
import { DTYPES, type ParameterTensor, type Target } from '../core/target.ts';
import { askHarness } from './ask-harness.ts';
import { type Harness, harnessCommand } from './harness.ts';

const parameterSchema = z.object({
  name: z.string(),
  dtype: z.enum(DTYPES),
  shape: z.array(z.int().nonnegative()),
  learned: z.boolean().exactOptional(),
});

const shape = z.array(z.int().positive());
const dtype = z.enum(DTYPES);

const callSchema = z.object({
  init: z.array(z.json()),
  inputs: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('tensor'),
        name: z.string(),
        dtype,
        shape,
        range: z.object({ low: z.number(), high: z.number() }).exactOptional(),
      }),
      z.object({ kind: z.literal('scalar'), name: z.string(), type: z.enum(['i64', 'f64']), value: z.number() }),
    ]),
  ),
  outputs: z.array(z.object({ dtype, shape })).min(1),
  batches: z.array(z.object({ size: z.int().positive(), shapes: z.array(shape) })),
});

/**
 * How a file in KernelBench's convention constructs and calls its module, as it was seen to do; `batches` are other sizes of the inputs'
 * common first extent that it takes, with the shapes of its outputs there.
 */
export type Call = z.infer<typeof callSchema>;

const range = z.object({ low: z.number(), high: z.number() }).exactOptional();

const benchmarkSchema = z.object({
  name: z.string(),
  entry: z.string(),
  inputs: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('tensor'),
        name: z.string(),
        role: z.enum(['input', 'inout']),
        dtype,
        shape,
        strides: shape.exactOptional(),
        range,
      }),
      z.object({ kind: z.literal('scalar'), name: z.string(), type: z.enum(['i64', 'f64']), value: z.number() }),
    ]),
  ),
  outputs: z.array(z.object({ dtype, shape })),
  fixed: z.record(z.string(), z.json()),
});

const benchmarksSchema = z.object({
  workloads: z.array(benchmarkSchema),
  left_out: z.array(z.object({ name: z.string(), because: z.string() })),
});

/** How one benchmark of a project was seen to call a function of its package. */
export type BenchmarkCall = z.infer<typeof benchmarkSchema>;
/** Those of all its benchmarks that the judge can draw inputs for, and why the others are none. */
export type BenchmarkCalls = z.infer<typeof benchmarksSchema>;

const descriptionSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('described'),
    parameters: z.array(parameterSchema),
    call: callSchema.exactOptional(),
    benchmarks: benchmarksSchema.exactOptional(),
    seconds: z.number(),
  }),
  z.object({ outcome: z.literal('failed'), log: z.string(), seconds: z.number() }),
]);

export type Description =
  | {
      readonly outcome: 'described';
      readonly parameters: readonly ParameterTensor[];
      /** Of a file that says it itself. */
      readonly call?: Call;
      /** Of a project that leaves it to its benchmarks. */
      readonly benchmarks?: BenchmarkCalls;
      readonly seconds: number;
    }
  | { readonly outcome: 'failed'; readonly log: string; readonly seconds: number };

/**
 * Constructs the module of a target as `files` have it, in the sandbox, and says what state it has and, where the file says it, how it is called.
 * Of a project it imports what was built, at the path `built`, and looks at how its benchmarks call it.
 */
export type Describer = (target: Target, files: readonly SourceFile[], built?: string) => Promise<Description>;

/**
 * A describer for one device. Each description is a process of its own, which gets a fresh folder below `workDirectory`; the caller
 * removes those at the end.
 */
export function createDescriber(
  harness: Harness,
  device: Device,
  workDirectory: string,
  env: NodeJS.ProcessEnv,
): Describer {
  return async ({ kind, source, entry, init, convention, project }, files, built) => {
    const directory = await mkdtemp(join(workDirectory, 'describe-'));
    const command = harnessCommand(harness, 'describe', env);
    const request = { source, files, directory, kind, entry, init, device: device.kind, convention, project, built };
    const answer = await askHarness(command, request, 'The process that describes modules');
    const description = descriptionSchema.parse(answer);
    if (description.outcome === 'failed') return description;
    const parameters = description.parameters.map(
      (parameter) => ({ kind: 'tensor', role: 'parameter', ...parameter }) as const,
    );
    return { ...description, parameters };
  };
}
