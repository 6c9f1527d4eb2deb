import type { Interval } from './interval.ts';

/** Log ratios, baseline over candidate, by the runner's CUDA events and by the judge's own clock. */
export interface Clocks {
  readonly events: Interval;
  readonly judge: Interval;
  /** The lower bound of what the judge's clock proves: its own, or less where a candidate could have left out something beside its work. */
  readonly proven: number;
}

/** On honest kernels of 30 µs and more the two clocks are up to 5 % apart: what lies between two launches belongs to a call for one only. */
const TOLERANCE = Math.log(1.05);

/** Whether the events claim more than the judge's clock allows, beyond the noise of both and their tolerance. */
export function contradicts({ events, judge }: Pick<Clocks, 'events' | 'judge'>): boolean {
  return events.low > 0 && events.low > judge.high + TOLERANCE;
}

/**
 * The lower bound of what may be claimed, as a log ratio: the events' own, but at most twice the gain that the judge's clock proves, and
 * at most 5 % above that. So a gain counts only where the judge's clock shows one, and none is claimed where it cannot resolve any.
 */
export function claimable({ events, proven }: Clocks): number {
  if (events.low <= 0) return events.low;
  return Math.min(events.low, Math.max(0, Math.min(2 * proven, proven + TOLERANCE)));
}
