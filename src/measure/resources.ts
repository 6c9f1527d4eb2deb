import type { KernelResources } from '../core/kernel-resources.ts';
import type { SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import { baseName, knownBlocks } from './block-sizes.ts';
import { occupancyOf } from './occupancy.ts';
import { ptxasReport } from './ptxas-report.ts';

/**
 * What the compiler gave each kernel of a build, with its occupancy where its block size is known.
 *
 * @param log of the build
 * @param files as they were proposed
 */
export function resourcesOf(
  log: string,
  arch: string,
  target: Target,
  files: readonly SourceFile[],
): readonly KernelResources[] {
  return ptxasReport(log, arch).map((kernel) => {
    const occupancy = knownBlocks(target, files, baseName(kernel.name)).flatMap(
      ({ threads, dynamicShared }) =>
        occupancyOf(arch, {
          registers: kernel.registers,
          threads,
          sharedBytes: kernel.shared_bytes + dynamicShared,
        }) ?? [],
    );
    return occupancy.length > 0 ? { ...kernel, occupancy } : kernel;
  });
}
