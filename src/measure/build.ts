import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { EnvironmentError } from '../core/errors.ts';
import type { Device } from '../core/evidence.ts';
import type { Project } from '../core/project.ts';
import type { SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import { askHarness } from './ask-harness.ts';
import { type Harness, harnessCommand } from './harness.ts';

const told = { log: z.string(), seconds: z.number(), cached: z.boolean() };
const built = z.object({
  outcome: z.literal('built'),
  library: z.string(),
  architectures: z.array(z.string()).optional(),
  ...told,
});
const failed = z.object({
  outcome: z.literal('failed'),
  library: z.null(),
  failed_arch: z.string().nullish(),
  ...told,
});
const unavailable = z.object({ outcome: z.literal('unavailable'), log: z.string() });
const answerSchema = z.discriminatedUnion('outcome', [built, failed, unavailable]);
/**
 * `library` is the absolute path of what was built: a shared object or, of a `.py` source, a file that all of its files are packed into. `cached`: an
 * earlier build made it. `architectures`: for which nvcc compiled it. `failed_arch`: for which it did not, where that is not the device's own.
 */
export type Build = z.infer<typeof built> | z.infer<typeof failed>;

/** `how` is the target, of which a launcher or kernel may have options, and a project says what it is made of. */
export type Builder = (
  files: readonly SourceFile[],
  source: string,
  how?: Pick<Target, 'build' | 'project'>,
) => Promise<Build>;

/**
 * A builder for one device. Each build is a process of its own, so that builds run beside each other and beside measurements; the
 * libraries lie in fresh folders below `workDirectory`, which the caller removes at the end. What was built once is kept for later runs,
 * in the folder that `KERNELWRIGHT_CACHE` or `XDG_CACHE_HOME` names, else in the user's own cache. Rejects as `EnvironmentError` when this machine
 * cannot do what the options ask for.
 */
export function createBuilder(
  harness: Harness,
  device: Device,
  workDirectory: string,
  env: NodeJS.ProcessEnv,
): Builder {
  return async (files, source, { build: options, project } = {}) => {
    const directory = await mkdtemp(join(workDirectory, 'build-'));
    const command = harnessCommand(harness, 'build', env, cachePlace(env));
    const request = { device: device.kind, arch: device.arch, directory, source, files, options, project };
    const answer = answerSchema.parse(await askHarness(command, request, "The builder's process", patience(project)));
    if (answer.outcome === 'unavailable') throw new EnvironmentError(answer.log);
    return answer;
  };
}

/** PyTorch's headers make minutes of a source, and a project has many. */
function patience(project: Project | undefined): number {
  return project === undefined ? 600_000 : 3_600_000;
}

/** The builder alone is told where the cache is. A relative path is meant from here, but the builder is started in another folder. */
function cachePlace(env: NodeJS.ProcessEnv): Record<string, string> {
  const { KERNELWRIGHT_CACHE: named, XDG_CACHE_HOME: caches } = env;
  return {
    ...(named ? { KERNELWRIGHT_CACHE: named === 'off' ? named : resolve(named) } : {}),
    ...(caches ? { XDG_CACHE_HOME: caches } : {}),
  };
}
