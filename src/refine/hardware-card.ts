import type { Device } from '../core/evidence.ts';
import { oneLine } from './data-block.ts';

interface Limits {
  /** KiB of shared memory of one multiprocessor, and the most that one block may ask for. */
  readonly sharedPerSm: number;
  readonly sharedPerBlock: number;
  readonly threadsPerSm: number;
  readonly blocksPerSm: number;
}

/** "Technical specifications per compute capability" of the CUDA C++ programming guide. */
const LIMITS: Readonly<Record<string, Limits>> = {
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

/** What a kernel's author must know about the device, as Markdown. */
export function hardwareCard(device: Device): string {
  const limits = LIMITS[device.arch.replace(/^sm_/, '').replace(/[af]$/, '')];
  const versions = Object.entries(device.versions).map(([name, version]) => `${oneLine(name)} ${oneLine(version)}`);
  return [
    device.kind === 'cuda'
      ? `- Device: ${oneLine(device.name)}, compiled for ${oneLine(device.arch)}.`
      : `- Compiled for ${oneLine(device.arch)}, but checked on the CPU: there is no GPU here.`,
    ...(limits ? limitLines(limits) : []),
    ...(versions.length > 0 ? [`- Versions: ${versions.join(', ')}.`] : []),
  ].join('\n');
}

function limitLines(limits: Limits): string[] {
  return [
    `- One multiprocessor: ${limits.threadsPerSm} threads, ${limits.blocksPerSm} blocks, 65,536 32-bit registers (at most 255 a thread), ${limits.sharedPerSm} KiB of shared memory.`,
    `- One block: 1024 threads, 48 KiB of static shared memory, up to ${limits.sharedPerBlock} KiB dynamic after cudaFuncSetAttribute(cudaFuncAttributeMaxDynamicSharedMemorySize).`,
    '- A warp has 32 threads; memory moves in sectors of 32 bytes, and 16-byte loads per thread need 16-byte alignment.',
  ];
}
