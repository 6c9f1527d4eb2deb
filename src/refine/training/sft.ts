import type { Sample } from './sample.ts';

/**
 * What is worth imitating: turns whose version passed every check and is so many times as fast as the baseline. One answer a version:
 * trajectories may come to the same.
 */
export function sftLines(samples: readonly Sample[], minSpeedup: number): Sample[] {
  const seen = new Set<string>();
  return samples.filter(({ correct, speedup, group, hash }) => {
    const version = `${group}/${hash}`;
    if (!correct || speedup < minSpeedup || seen.has(version)) return false;
    seen.add(version);
    return true;
  });
}
