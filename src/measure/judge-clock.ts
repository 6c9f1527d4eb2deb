import { mean } from 'simple-statistics';
import { bootstrapErrors } from './bootstrap.ts';
import type { Interval } from './interval.ts';
import type { ClockBlocks, MeasuredWorkload } from './judge-report.ts';
import { tQuantile } from './student-t.ts';
import { trimmedCentre } from './trimmed-mean.ts';

/** What the judge's own clock says of one call, in microseconds; no candidate can reach that clock. */
export interface JudgeTimes {
  /** By how much a candidate's call is shorter than a baseline's. */
  readonly saved: Interval;
  /** One call of the baseline and of the candidate; absent where no blocks of two lengths were timed. */
  readonly baseline?: Interval;
  readonly candidate?: Interval;
}

/** Below this many pairs of long blocks (a screening) the groups' own blocks, shorter but more, say more. */
const LEAST_PAIRS = 5;
const SEED = 20260101;

/** Blocks that were timed one after the other, in microseconds. */
interface Turn {
  readonly baseline: number;
  readonly candidate: number;
  readonly flush: number;
}

/** The turns of one round, by the length of their blocks. */
interface RoundBlocks {
  readonly long: { readonly calls: number; readonly turns: readonly Turn[] };
  readonly short: { readonly calls: number; readonly turns: readonly Turn[] };
}

/**
 * The judge's own times, with t intervals on bootstrap standard errors.
 *
 * `saved = (T_baseline(long) − T_candidate(long)) / n_long`, the trimmed mean over pairs of long blocks: the round trip and the flushes are
 * alike on both sides and cancel. `baseline = (T(long) − T(short)) / (n_long − n_short)` less the same slope of the flushes alone, both
 * from the baseline's process, and `candidate = baseline − saved`.
 *
 * The candidate's short blocks are not used: in a slope of its own, a candidate that dawdles in short blocks would look faster.
 *
 * @param confidence such as 0.99
 */
export function judgeTimes(workload: MeasuredWorkload, confidence: number): JudgeTimes {
  const rounds = roundsOf(workload.clock);
  const pairs = rounds.reduce((count, { long }) => count + long.turns.length, 0);
  if (pairs < LEAST_PAIRS) return { saved: savedInGroups(workload, confidence) };

  const strata = rounds.flatMap(({ long, short }) => [long.turns, short.turns]);
  const statistics = (resampled: readonly (readonly Turn[])[]) => {
    const again = rounds.map(({ long, short }, round) => ({
      long: { calls: long.calls, turns: resampled[2 * round] ?? long.turns },
      short: { calls: short.calls, turns: resampled[2 * round + 1] ?? short.turns },
    }));
    const saved = trimmedCentre(
      again.flatMap(({ long }) => long.turns.map((turn) => (turn.baseline - turn.candidate) / long.calls)),
    );
    const baseline = mean(again.map((round) => slope(round, 'baseline') - slope(round, 'flush')));
    return [saved, baseline, baseline - saved];
  };
  const [saved, baseline, candidate] = intervals(strata, statistics, pairs - rounds.length, confidence);
  if (saved === undefined || baseline === undefined || candidate === undefined) throw new Error('three statistics');
  return { saved, baseline, candidate };
}

/** From the blocks that the events timed too, one saving a group: all that there is where the judge timed no blocks of its own. */
function savedInGroups(workload: MeasuredWorkload, confidence: number): Interval {
  const rounds = Map.groupBy(workload.groups, (group) => group.round);
  const strata = [...rounds.values()].map((groups) =>
    groups.map((group) => (mean(group.baseline_block_us) - mean(group.candidate_block_us)) / group.calls),
  );
  const statistics = (resampled: readonly (readonly number[])[]) => [trimmedCentre(resampled.flat())];
  const [saved] = intervals(strata, statistics, workload.groups.length - strata.length, confidence);
  if (saved === undefined) throw new Error('one statistic');
  return saved;
}

function intervals<T>(
  strata: readonly (readonly T[])[],
  statistics: (strata: readonly (readonly T[])[]) => readonly number[],
  degrees: number,
  confidence: number,
): Interval[] {
  const errors = bootstrapErrors(strata, statistics, SEED);
  const quantile = tQuantile(confidence, Math.max(1, degrees));
  return statistics(strata).map((estimate, index) => {
    const reach = quantile * (errors[index] ?? 0);
    return { estimate, low: estimate - reach, high: estimate + reach };
  });
}

function slope({ long, short }: RoundBlocks, side: keyof Turn): number {
  const [atLong, atShort] = [long, short].map(({ turns }) => trimmedCentre(turns.map((turn) => turn[side])));
  return ((atLong ?? 0) - (atShort ?? 0)) / (long.calls - short.calls);
}

/** The longest and the shortest blocks of each round; a round with one length only, or with single blocks, is left out. */
function roundsOf(clock: readonly ClockBlocks[]): RoundBlocks[] {
  return [...Map.groupBy(clock, (blocks) => blocks.round).values()].flatMap((blocks) => {
    const sorted = blocks
      .toSorted((a, b) => a.calls - b.calls)
      .map((each) => ({ calls: each.calls, turns: turnsOf(each) }));
    const [short, long] = [sorted[0], sorted.at(-1)];
    if (short === undefined || long === undefined || short.calls === long.calls) return [];
    return short.turns.length < 2 || long.turns.length < 2 ? [] : [{ long, short }];
  });
}

function turnsOf(blocks: ClockBlocks): Turn[] {
  return blocks.baseline_block_us.flatMap((baseline, index) => {
    const [candidate, flush] = [blocks.candidate_block_us[index], blocks.flush_block_us[index]];
    return candidate === undefined || flush === undefined ? [] : [{ baseline, candidate, flush }];
  });
}
