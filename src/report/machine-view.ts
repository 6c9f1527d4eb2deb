import type { Evidence } from '../core/evidence.ts';
import type { KernelResources, Occupancy } from '../core/kernel-resources.ts';
import type { TargetOutcome } from '../core/outcome.ts';
import { tellingLines } from '../measure/profile-metrics.ts';
import { codeText, escapeText } from './escape.ts';
import { table } from './evidence-tables.ts';
import { count, plural } from './quantities.ts';

/* What the compiler and the profiler say of the best version. No verdict rests on it. */

/** A reader needs the kernels that were written, and not hundreds of instances of one template. */
const MOST_KERNELS = 8;

/** Registers, shared memory, spills and occupancy of each kernel; empty where the compiler said nothing. */
export function resourcesTable(outcome: TargetOutcome): string {
  const kernels = evidenceOfBest(outcome).flatMap(({ resources }) => (resources ? [resources] : []))[0] ?? [];
  if (kernels.length === 0) return '';
  const more = kernels.length - MOST_KERNELS;
  return [
    '**What the compiler gave it**',
    table(
      ['Kernel', 'Registers', 'Shared memory', 'Spills', 'Occupancy'],
      kernels.slice(0, MOST_KERNELS).map(resourceCells),
      'lrrrl',
    ),
    ...(more > 0 ? [`… and ${plural(more, 'more kernel')}`] : []),
  ].join('\n\n');
}

function resourceCells(kernel: KernelResources): string[] {
  const { name, registers, shared_bytes, spill_store_bytes, spill_load_bytes, occupancy = [] } = kernel;
  const spilled = spill_store_bytes + spill_load_bytes;
  return [
    codeText(name, 120),
    `${registers}`,
    shared_bytes === 0 ? 'none' : `${count(shared_bytes)} B`,
    spilled === 0 ? 'none' : `${count(spilled)} B`,
    occupancy.slice(0, 4).map(occupancyText).join('<br>') || '–',
  ];
}

function occupancyText({ block_threads, warps, most_warps, limited_by }: Occupancy): string {
  const share = Math.round((100 * warps) / most_warps);
  const limit = warps === most_warps ? '' : `, limited by ${limited_by}`;
  return `${share} % with blocks of ${block_threads}${limit}`;
}

/** What the GPU counted, in words, kernel by kernel; empty where it was not profiled. */
export function profileList(outcome: TargetOutcome): string {
  const profile = evidenceOfBest(outcome).flatMap((evidence) => (evidence.profile ? [evidence.profile] : []))[0];
  if (profile === undefined || profile.kernels.length === 0) return '';
  const kernels = profile.kernels.slice(0, MOST_KERNELS).map(({ name, metrics }) => {
    const lines = tellingLines(metrics).map((line) => `  - ${escapeText(line, 200)}`);
    return [`- ${codeText(name, 120)}`, ...lines].join('\n');
  });
  return `**What the GPU counted** in one call at the first workload, with cold caches\n\n${kernels.join('\n')}`;
}

/** Of the best version, what the confirmation found first; a profile is of a screening alone. */
function evidenceOfBest({ best, turns }: TargetOutcome): readonly Evidence[] {
  if (best === undefined) return [];
  const screened = turns.flatMap(({ result }) =>
    result.kind === 'judged' && result.candidate.hash === best.candidate.hash ? [result.evidence] : [],
  );
  return [best.evidence, ...screened];
}
