import type { Check, WorkloadTimes } from '../core/evidence.ts';

/**
 * What the floor may be wrong by. The ceilings it is made of are the best that was measured on this GPU, repeatable to a few per cent, and
 * a kernel may profit from what they do not model, such as a cache that is not quite flushed.
 */
const MARGIN = 0.1;
/** Within this share of the floor there is no more to gain than the floor's own error. */
const NEAR = 0.05;

/**
 * The floor of a workload, where it can be believed: a baseline, which has no reason to lie, that runs under it shows that the workload
 * moves fewer bytes than its tensors hold.
 */
export function believedFloor(floorUs: number | undefined, baselineUs: number): number | undefined {
  return floorUs === undefined || floorUs <= 0 || baselineUs < floorUs * (1 - MARGIN) ? undefined : floorUs;
}

/** Compares the candidate's times with physics; undefined where no floor is known. A failed check is a reason to reject. */
export function floorCheck(workloads: readonly WorkloadTimes[]): Check | undefined {
  const known = workloads.filter(hasFloor);
  if (known.length === 0) return undefined;
  const below = known.filter((workload) => workload.candidate_us < workload.floor_us * (1 - MARGIN));
  const shown = below.length > 0 ? below : known;
  const detail = shown.map(
    (workload) =>
      `${workload.name}: ${workload.candidate_us.toFixed(1)} µs, and no kernel needs less than ${workload.floor_us.toFixed(1)} µs`,
  );
  return { name: 'floor', status: below.length > 0 ? 'failed' : 'passed', detail: detail.join('; ') };
}

/** Workloads at which the candidate is as fast as physics allows, by name. */
export function atFloor(workloads: readonly WorkloadTimes[]): string[] {
  return workloads
    .filter(hasFloor)
    .filter((workload) => workload.candidate_us <= workload.floor_us * (1 + NEAR))
    .map((workload) => workload.name);
}

function hasFloor(workload: WorkloadTimes): workload is WorkloadTimes & { floor_us: number } {
  return workload.floor_us !== undefined;
}
