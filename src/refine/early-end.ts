import type { Evidence } from '../core/evidence.ts';
import type { Turn } from '../core/outcome.ts';
import type { SearchPlan } from '../core/search-plan.ts';
import { samePlace, turnName } from '../core/turn-place.ts';
import { bestOf, judgedIn } from './score.ts';

/** What remains beyond it is less than a further turn would be worth. */
const NEAR_THE_FLOOR = 0.95;

/**
 * Why a search may end before its last turn: no version can be much faster than the best one, or none has become better for long.
 *
 * @param turns in the order in which they ended, over all trajectories
 */
export function earlyEnd(turns: readonly Turn[], { trajectories, patience }: SearchPlan): string | undefined {
  const best = bestOf(judgedIn(turns));
  if (best === undefined) return undefined;
  const name = turnName(best, trajectories);
  const share = shareOfFloor(best.evidence);
  if (share !== undefined && share >= NEAR_THE_FLOOR)
    return `Turn ${name} reaches ${Math.floor(share * 100)} % of what the hardware allows.`;
  const position = turns.findIndex((turn) => samePlace(turn, best));
  const since = turns.length - 1 - position;
  if (best.evidence.device.kind === 'cuda' && since >= patience * trajectories)
    return `No version in the last ${since} turns was better than that of turn ${name}.`;
  return undefined;
}

/** Of the workload that is furthest from its floor; undefined where a floor is not known. */
function shareOfFloor({ workloads }: Pick<Evidence, 'workloads'>): number | undefined {
  const shares = workloads.map(({ floor_us, candidate_us }) =>
    floor_us === undefined ? undefined : floor_us / candidate_us,
  );
  return shares.length === 0 || shares.some((share) => share === undefined)
    ? undefined
    : Math.min(...shares.filter((share) => share !== undefined));
}
