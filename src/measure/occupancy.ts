import type { Occupancy } from '../core/kernel-resources.ts';
import { computeCapability, type SmLimits, smLimits } from '../core/sm-limits.ts';

/*
 * Theoretical occupancy by the rules of the CUDA C++ programming guide ("Multiprocessor level" under "Maximize utilization") and of the
 * header `cuda_occupancy.h` of the toolkit, which the tests compare this with.
 */

const WARP = 32;
/** Registers of a multiprocessor, which its four parts share alike; each warp gets them in units of 256, from one part. */
const REGISTERS = 65_536;
const PARTS = 4;
const REGISTER_UNIT = 256;
const MOST_THREADS = 1024;

export interface BlockNeeds {
  readonly registers: number;
  readonly threads: number;
  /** Static and dynamic, in bytes. */
  readonly sharedBytes: number;
}

/** Undefined for an architecture that is not known, and for a block that cannot be launched at all. */
export function occupancyOf(arch: string, needs: BlockNeeds): Occupancy | undefined {
  const limits = smLimits(arch);
  if (limits === undefined || needs.threads < 1 || needs.threads > MOST_THREADS) return undefined;
  const warps = Math.ceil(needs.threads / WARP);
  const mostWarps = limits.threadsPerSm / WARP;
  const blocks = [
    { limited_by: 'warps', count: Math.floor(mostWarps / warps) },
    { limited_by: 'blocks', count: limits.blocksPerSm },
    { limited_by: 'registers', count: blocksByRegisters(needs.registers, warps) },
    { limited_by: 'shared memory', count: blocksByShared(needs.sharedBytes, limits, arch) },
  ] as const;
  const least = blocks.reduce((a, b) => (b.count < a.count ? b : a));
  if (least.count === 0) return undefined;
  return {
    block_threads: needs.threads,
    block_shared_bytes: needs.sharedBytes,
    warps: least.count * warps,
    most_warps: mostWarps,
    limited_by: least.limited_by,
  };
}

function blocksByRegisters(registers: number, warps: number): number {
  if (registers === 0) return Number.POSITIVE_INFINITY;
  const perWarp = roundUp(registers * WARP, REGISTER_UNIT);
  // A launch is refused as if every part of the multiprocessor had to hold as many warps as the fullest.
  if (perWarp * roundUp(warps, PARTS) > REGISTERS) return 0;
  return Math.floor((Math.floor(REGISTERS / PARTS / perWarp) * PARTS) / warps);
}

/** From compute capability 8.0 on the driver keeps 1 KiB of each block's shared memory. */
function blocksByShared(bytes: number, limits: SmLimits, arch: string): number {
  const [reserved, unit] = Number(computeCapability(arch)) >= 80 ? [1024, 128] : [0, 256];
  if (bytes > limits.sharedPerBlock * 1024) return 0;
  const allocated = roundUp(bytes + reserved, unit);
  return allocated === 0 ? Number.POSITIVE_INFINITY : Math.floor((limits.sharedPerSm * 1024) / allocated);
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
