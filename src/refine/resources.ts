import type { KernelResources, Occupancy } from '../core/kernel-resources.ts';
import { dataBlock } from './data-block.ts';

/** A model needs the kernels that it wrote, and not hundreds of instances of one template. */
const MOST_KERNELS = 8;

/** What the compiler gave each kernel, in words for the model. */
export function resourcesBlock(kernels: readonly KernelResources[]): string {
  const more = kernels.length - MOST_KERNELS;
  return dataBlock(
    'resources',
    [
      'What the compiler gave each kernel, and how many warps a multiprocessor can hold of it where the block size is known:',
      ...kernels.slice(0, MOST_KERNELS).map(kernelLine),
      ...(more > 0 ? [`… and ${more} more`] : []),
    ].join('\n'),
  );
}

function kernelLine(kernel: KernelResources): string {
  const { name, registers, shared_bytes, spill_store_bytes, spill_load_bytes, stack_bytes, occupancy = [] } = kernel;
  const spills = spill_store_bytes + spill_load_bytes > 0;
  return [
    `- ${name}: ${registers} registers a thread`,
    ...(shared_bytes > 0 ? [`${shared_bytes} bytes of static shared memory a block`] : []),
    spills
      ? `spills to local memory (${spill_store_bytes} bytes stored, ${spill_load_bytes} bytes loaded), which costs time`
      : 'no spills',
    ...(stack_bytes > 0 && !spills
      ? [`${stack_bytes} bytes of stack a thread: an array that could not be kept in registers`]
      : []),
    ...occupancy.map(occupancyText),
  ].join(', ');
}

function occupancyText({ block_threads, warps, most_warps, limited_by }: Occupancy): string {
  const percent = Math.round((warps / most_warps) * 100);
  const limit = warps === most_warps ? '' : `, limited by ${LIMITS[limited_by]}`;
  return `occupancy with blocks of ${block_threads} threads ${warps} of ${most_warps} warps (${percent} %${limit})`;
}

const LIMITS: Readonly<Record<Occupancy['limited_by'], string>> = {
  registers: 'registers',
  'shared memory': 'shared memory',
  warps: 'the size of the block',
  blocks: 'the number of blocks',
};
