import type { Check, WorkloadTimes } from '../core/evidence.ts';

/** The baseline's times move by a few percent between measurements (511 and 495 µs were seen on one day, H200); not by this. */
const DISTURBED = 1.1;
/** Microseconds: very short kernels move by more than their share. */
const RESOLUTION_US = 1;

/**
 * Whether the baseline ran beside a candidate as it had run alone. The candidate's process lives while the baseline is timed, and what
 * it does to the GPU meanwhile makes the baseline slower by both clocks.
 *
 * @param alone the baseline's times against itself, before there was any candidate
 * @param beside its times in the candidate's measurement
 */
export function baselineCheck(alone: readonly WorkloadTimes[], beside: readonly WorkloadTimes[]): Check {
  const slower = beside.flatMap(({ name, baseline_us }) => {
    const before = alone.find((times) => times.name === name)?.baseline_us;
    return before !== undefined && baseline_us > before * DISTURBED + RESOLUTION_US
      ? [`${name}: ${baseline_us.toFixed(1)} µs instead of ${before.toFixed(1)} µs`]
      : [];
  });
  return slower.length > 0
    ? {
        name: 'baseline',
        status: 'failed',
        detail: `the baseline was slower beside this candidate than alone, at ${slower.join('; ')}`,
      }
    : { name: 'baseline', status: 'passed', detail: 'the baseline was as fast beside this candidate as alone' };
}
