import { mean, quantileSorted, sampleStandardDeviation, standardDeviation } from 'simple-statistics';
import type { Rounds } from '../../src/measure/gain-interval.ts';
import { gainInterval } from '../../src/measure/gain-interval.ts';
import { tQuantile } from '../../src/measure/student-t.ts';
import { randomOf } from './samples.ts';

type Bounds = { readonly low: number; readonly high: number };
type Method = (rounds: Rounds, seed: number) => Bounds;

const CONFIDENCE = 0.99;
const RESAMPLES = 600;
/** Groups in a block of the moving-blocks bootstrap (Künsch 1989). */
const BLOCK = 4;
const PROCESS_ERROR = 0.0015 * Math.sqrt(2 / 3);
const NORMAL = tQuantile(CONFIDENCE, 400);

/** The intervals that were compared, by the names of the table in docs/how-it-verifies.md. */
export const METHODS: Readonly<Record<string, Method>> = {
  'percentile bootstrap of all groups': (rounds, seed) => percentiles(flatReplicates(rounds, seed)),
  'rounds, then moving blocks': (rounds, seed) => percentiles(hierarchicalReplicates(rounds, seed)),
  'rounds, then moving blocks, with the process effect': (rounds, seed) => {
    const { low, high } = percentiles(hierarchicalReplicates(rounds, seed));
    const middle = centre(rounds);
    const extra = (NORMAL * PROCESS_ERROR) / Math.sqrt(rounds.length);
    return { low: middle - Math.hypot(middle - low, extra), high: middle + Math.hypot(high - middle, extra) };
  },
  'studentized by moving blocks': studentized,
  't on the means of rounds': (rounds) => {
    const means = rounds.length > 1 ? rounds.map((groups) => mean([...groups])) : [...(rounds[0] ?? [])];
    return around(
      mean(means),
      tQuantile(CONFIDENCE, means.length - 1) * (sampleStandardDeviation(means) / Math.sqrt(means.length)),
    );
  },
  'moderated t on trimmed means (chosen)': (rounds) => gainInterval([rounds], CONFIDENCE),
};

function flatReplicates(rounds: Rounds, seed: number): number[] {
  const random = randomOf(seed);
  const groups = rounds.flat();
  return Array.from({ length: RESAMPLES }, () => mean(groups.map(() => pick(groups, random))));
}

function hierarchicalReplicates(rounds: Rounds, seed: number): number[] {
  const random = randomOf(seed);
  return Array.from({ length: RESAMPLES }, () => centre(rounds.map(() => movingBlocks(pick(rounds, random), random))));
}

function studentized(rounds: Rounds, seed: number): Bounds {
  const random = randomOf(seed);
  const middle = centre(rounds);
  const error = blockError(rounds);
  const ratios = Array.from({ length: RESAMPLES }, () => {
    const again = rounds.map((groups) => movingBlocks(groups, random));
    return (centre(again) - middle) / Math.max(blockError(again), error / 100);
  }).sort((a, b) => a - b);
  const tail = (1 - CONFIDENCE) / 2;
  return {
    low: middle - error * quantileSorted(ratios, 1 - tail),
    high: middle - error * quantileSorted(ratios, tail),
  };
}

/** Standard error of the mean from the means of blocks that do not overlap. */
function blockError(rounds: Rounds): number {
  const means = rounds.flatMap((groups) =>
    Array.from({ length: Math.floor(groups.length / BLOCK) }, (_, index) =>
      mean(groups.slice(index * BLOCK, (index + 1) * BLOCK)),
    ),
  );
  return standardDeviation(means) / Math.sqrt(means.length - 1);
}

function movingBlocks(groups: readonly number[], random: () => number): number[] {
  const drawn: number[] = [];
  while (drawn.length < groups.length) {
    const start = Math.floor(random() * (groups.length - BLOCK + 1));
    drawn.push(...groups.slice(start, start + BLOCK));
  }
  return drawn.slice(0, groups.length);
}

function percentiles(replicates: number[]): Bounds {
  const sorted = replicates.sort((a, b) => a - b);
  const tail = (1 - CONFIDENCE) / 2;
  return { low: quantileSorted(sorted, tail), high: quantileSorted(sorted, 1 - tail) };
}

function centre(rounds: Rounds): number {
  return mean(rounds.map((groups) => mean([...groups])));
}

function around(middle: number, reach: number): Bounds {
  return { low: middle - reach, high: middle + reach };
}

function pick<T>(from: readonly T[], random: () => number): T {
  const chosen = from[Math.floor(random() * from.length)];
  if (chosen === undefined) throw new Error('nothing to pick from');
  return chosen;
}
