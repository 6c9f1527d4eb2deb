import type { Profile } from '../core/kernel-counters.ts';
import { tellingLines } from '../measure/profile-metrics.ts';
import { dataBlock } from './data-block.ts';

/** What the profiler saw, in words for the model. */
export function profileBlock({ kernels, reason }: Profile): string {
  if (reason !== '') return dataBlock('profile', `The profiler saw nothing of it: ${reason}.`);
  return dataBlock(
    'profile',
    [
      'What the GPU counted in one call at the first workload, with cold caches:',
      ...kernels.map(({ name, metrics }) =>
        [`- ${name}:`, ...tellingLines(metrics).map((line) => `  - ${line}`)].join('\n'),
      ),
    ].join('\n'),
  );
}
