import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { EnvironmentError } from '../core/errors.ts';
import type { Device } from '../core/evidence.ts';
import type { SourceFile } from '../core/source.ts';
import { DTYPES, type ParameterTensor, type Target } from '../core/target.ts';
import { type Harness, harnessCommand } from './harness.ts';

const parameterSchema = z.object({
  name: z.string(),
  dtype: z.enum(DTYPES),
  shape: z.array(z.int().nonnegative()),
});

const descriptionSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('described'), parameters: z.array(parameterSchema), seconds: z.number() }),
  z.object({ outcome: z.literal('failed'), log: z.string(), seconds: z.number() }),
]);

export type Description =
  | { readonly outcome: 'described'; readonly parameters: readonly ParameterTensor[]; readonly seconds: number }
  | { readonly outcome: 'failed'; readonly log: string; readonly seconds: number };

/** Constructs the module of a target as `files` have it, in the sandbox, and says what state it has. */
export type Describer = (target: Target, files: readonly SourceFile[]) => Promise<Description>;

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
  return async ({ kind, source, entry, init }, files) => {
    const directory = await mkdtemp(join(workDirectory, 'describe-'));
    const command = harnessCommand(harness, 'describe', env);
    const request = { source, files, directory, kind, entry, init, device: device.kind };
    const result = await execa(command.file, command.arguments, {
      ...command.options,
      input: JSON.stringify(request),
      reject: false,
      timeout: 600_000,
    });
    if (result.exitCode !== 0) {
      const said = result.stderr.trim().split('\n').at(-1) || result.shortMessage;
      throw new EnvironmentError(
        `The process that describes modules failed (${result.exitCode ?? result.signal ?? 'not started'}): ${said}`,
      );
    }
    const description = descriptionSchema.parse(JSON.parse(result.stdout));
    if (description.outcome === 'failed') return description;
    const parameters = description.parameters.map(
      (parameter) => ({ kind: 'tensor', role: 'parameter', ...parameter }) as const,
    );
    return { ...description, parameters };
  };
}
