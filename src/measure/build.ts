import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Device } from '../core/evidence.ts';
import type { Project } from '../core/project.ts';
import type { SourceFile } from '../core/source.ts';
import { askHarness } from './ask-harness.ts';
import { type Harness, harnessCommand } from './harness.ts';

const told = { log: z.string(), seconds: z.number(), cached: z.boolean() };
const buildSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('built'), library: z.string(), ...told }),
  z.object({ outcome: z.literal('failed'), library: z.null(), ...told }),
]);
/** `library` is the absolute path of what was built: a shared object or, of a `.py` source, a file that all of its files are packed into. `cached`: an earlier build made it. */
export type Build = z.infer<typeof buildSchema>;

export type Builder = (files: readonly SourceFile[], source: string, project?: Project) => Promise<Build>;

/**
 * A builder for one device. Each build is a process of its own, so that builds run beside each other and beside measurements; the
 * libraries lie in fresh folders below `workDirectory`, which the caller removes at the end. What was built once is kept for later runs,
 * in the folder that `KERNELWRIGHT_CACHE` or `XDG_CACHE_HOME` names, else in the user's own cache.
 */
export function createBuilder(
  harness: Harness,
  device: Device,
  workDirectory: string,
  env: NodeJS.ProcessEnv,
): Builder {
  return async (files, source, project) => {
    const directory = await mkdtemp(join(workDirectory, 'build-'));
    const command = harnessCommand(harness, 'build', env, cachePlace(env));
    const request = { device: device.kind, arch: device.arch, directory, source, files, project };
    return buildSchema.parse(await askHarness(command, request, "The builder's process", patience(project)));
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
