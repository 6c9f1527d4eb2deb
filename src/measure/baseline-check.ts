import type { Check } from '../core/evidence.ts';
import type { Interval } from './interval.ts';
import type { Timed } from './speedup.ts';

/** How long a call of the baseline took at one workload, in microseconds. */
export interface BaselineTimes {
  readonly name: string;
  readonly events_us: number;
  /** By the judge's clock, with what lies between two calls; a screening does not know it. */
  readonly judge_us?: Interval;
}

/** The baseline's times move by a few percent between measurements (511 and 495 µs were seen on one day, H200); not by this. */
const DISTURBED = 1.1;
/** Microseconds: very short kernels move by more than their share. */
const RESOLUTION_US = 1;

export function baselineTimes({ workloads, judgeTimes }: Timed): BaselineTimes[] {
  return workloads.map(({ name, baseline_us }, index) => {
    const judge = judgeTimes[index]?.baselineWithGap;
    return { name, events_us: baseline_us, ...(judge === undefined ? {} : { judge_us: judge }) };
  });
}

/**
 * Whether the baseline ran beside a candidate as it had run alone. The candidate's process lives while the baseline is timed, and what
 * it does to the GPU meanwhile makes the baseline slower. Both clocks are asked: a runner knows from its orders which blocks are for which, and a
 * candidate could do it in one kind alone.
 *
 * @param alone the baseline's times against itself, before there was any candidate
 * @param beside its times in the candidate's measurement
 */
export function baselineCheck(alone: readonly BaselineTimes[], beside: readonly BaselineTimes[]): Check {
  const slower = beside.flatMap((now) => {
    const before = alone.find(({ name }) => name === now.name);
    if (before === undefined) return [];
    return [
      ...told(now.name, now.events_us, before.events_us, RESOLUTION_US),
      ...(now.judge_us === undefined || before.judge_us === undefined
        ? []
        : told(
            `${now.name} by the judge's clock`,
            now.judge_us.estimate,
            before.judge_us.estimate,
            scatter(now.judge_us, before.judge_us),
          )),
    ];
  });
  return slower.length > 0
    ? {
        name: 'baseline',
        status: 'failed',
        detail: `the baseline was slower beside this candidate than alone, at ${slower.join('; ')}`,
      }
    : { name: 'baseline', status: 'passed', detail: 'the baseline was as fast beside this candidate as alone' };
}

function told(where: string, now: number, before: number, resolution: number): string[] {
  return now > before * DISTURBED + resolution
    ? [`${where}: ${now.toFixed(1)} µs instead of ${before.toFixed(1)} µs`]
    : [];
}

/** By how much two such times may differ by chance. */
function scatter(...intervals: readonly Interval[]): number {
  return Math.hypot(RESOLUTION_US, ...intervals.map(({ low, high }) => (high - low) / 2));
}
