import type { TargetOutcome } from '../core/outcome.ts';

/*
 * How near code comes to what physics allows: the floor's time over its own, as the geometric mean over the workloads whose floor is known.
 */

/** `62 % → 94 %` from the head's code to the best version, or the head's alone; empty where it is not known. */
export function floorShareText({
  best,
  againstBase,
  measured,
}: Pick<TargetOutcome, 'best' | 'againstBase' | 'measured'>): string {
  const found = best?.evidence.workloads ?? [];
  const [head, after] = [
    shareOf(found.map(({ baseline_us, floor_us }) => ({ us: baseline_us, floor_us }))),
    shareOf(found.map(({ candidate_us, floor_us }) => ({ us: candidate_us, floor_us }))),
  ];
  if (head !== undefined && after !== undefined) return `${percent(head)} → ${percent(after)}`;
  const beside = againstBase?.kind === 'measured' ? shareOf(againstBase.workloads) : undefined;
  const alone = beside ?? shareOf(measured?.workloads ?? []);
  return alone === undefined ? '' : percent(alone);
}

function shareOf(
  times: readonly { readonly us: number; readonly floor_us?: number | undefined }[],
): number | undefined {
  const logs = times.flatMap(({ us, floor_us }) => (floor_us === undefined ? [] : [Math.log(floor_us / us)]));
  return logs.length === 0 ? undefined : Math.exp(logs.reduce((a, b) => a + b, 0) / logs.length);
}

/** A measurement may lie below the floor by what clocks cannot resolve. */
function percent(share: number): string {
  return `${Math.min(100, Math.floor(100 * share))} %`;
}
