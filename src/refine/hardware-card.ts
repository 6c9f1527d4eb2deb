import type { Ceilings, Device } from '../core/evidence.ts';
import { type SmLimits, smLimits } from '../core/sm-limits.ts';
import { oneLine } from './data-block.ts';

/** What a kernel's author must know about the device, as Markdown. */
export function hardwareCard(device: Device, ceilings?: Ceilings): string {
  const limits = smLimits(device.arch);
  const versions = Object.entries(device.versions).map(([name, version]) => `${oneLine(name)} ${oneLine(version)}`);
  return [
    device.kind === 'cuda'
      ? `- Device: ${oneLine(device.name)}, compiled for ${oneLine(device.arch)}.`
      : `- Compiled for ${oneLine(device.arch)}, but checked on the CPU: there is no GPU here.`,
    ...(limits ? limitLines(limits) : []),
    ...(ceilings ? [ceilingLine(ceilings)] : []),
    ...(versions.length > 0 ? [`- Versions: ${versions.join(', ')}.`] : []),
  ].join('\n');
}

function ceilingLine({ bytes_per_us, flops_per_us }: Ceilings): string {
  return `- Measured on this very GPU: at most ${(bytes_per_us / 1e6).toPrecision(3)} TB/s of memory traffic, read and written together, and ${(flops_per_us / 1e6).toPrecision(3)} TFLOP/s in dense bf16 matrix products by the tensor cores.`;
}

function limitLines(limits: SmLimits): string[] {
  return [
    `- One multiprocessor: ${limits.threadsPerSm} threads, ${limits.blocksPerSm} blocks, 65,536 32-bit registers (at most 255 a thread), ${limits.sharedPerSm} KiB of shared memory.`,
    `- One block: 1024 threads, 48 KiB of static shared memory, up to ${limits.sharedPerBlock} KiB dynamic after cudaFuncSetAttribute(cudaFuncAttributeMaxDynamicSharedMemorySize).`,
    '- A warp has 32 threads; memory moves in sectors of 32 bytes, and 16-byte loads per thread need 16-byte alignment.',
  ];
}
