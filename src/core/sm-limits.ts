/** What one multiprocessor of an architecture has, and what one block may ask for. */
export interface SmLimits {
  /** KiB of shared memory of one multiprocessor, and the most that one block may ask for. */
  readonly sharedPerSm: number;
  readonly sharedPerBlock: number;
  readonly threadsPerSm: number;
  readonly blocksPerSm: number;
}

/** "Technical specifications per compute capability" of the CUDA C++ programming guide. */
const LIMITS: Readonly<Record<string, SmLimits>> = {
  '70': { sharedPerSm: 96, sharedPerBlock: 96, threadsPerSm: 2048, blocksPerSm: 32 },
  '75': { sharedPerSm: 64, sharedPerBlock: 64, threadsPerSm: 1024, blocksPerSm: 16 },
  '80': { sharedPerSm: 164, sharedPerBlock: 163, threadsPerSm: 2048, blocksPerSm: 32 },
  '86': { sharedPerSm: 100, sharedPerBlock: 99, threadsPerSm: 1536, blocksPerSm: 16 },
  '87': { sharedPerSm: 164, sharedPerBlock: 163, threadsPerSm: 1536, blocksPerSm: 16 },
  '89': { sharedPerSm: 100, sharedPerBlock: 99, threadsPerSm: 1536, blocksPerSm: 24 },
  '90': { sharedPerSm: 228, sharedPerBlock: 227, threadsPerSm: 2048, blocksPerSm: 32 },
  '100': { sharedPerSm: 228, sharedPerBlock: 227, threadsPerSm: 2048, blocksPerSm: 32 },
  '120': { sharedPerSm: 100, sharedPerBlock: 99, threadsPerSm: 1536, blocksPerSm: 24 },
};

/** @param arch such as `sm_90` or `sm_90a`; undefined for one that is not in the table */
export function smLimits(arch: string): SmLimits | undefined {
  return LIMITS[computeCapability(arch)];
}

/** `sm_90a` as `90`. */
export function computeCapability(arch: string): string {
  return arch.replace(/^sm_/, '').replace(/[af]$/, '');
}
