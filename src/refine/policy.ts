import type { Turn } from '../core/outcome.ts';
import type { PolicyName } from '../core/search-plan.ts';
import { samePlace } from '../core/turn-place.ts';
import { bestOf, judgedIn, score } from './score.ts';

/** The turns that a trajectory goes on from, the oldest first; after a restart they are another trajectory's. */
export type Lineage = readonly Turn[];

/** How a policy deals with lineages. */
export interface Policy {
  /** Whether all trajectories wait for each other after every turn. */
  readonly inRounds: boolean;
  /** What the next turn of a trajectory sees. */
  readonly seen: (lineage: Lineage) => Lineage;
  /** The lineages of the next round. */
  readonly regroup: (lineages: readonly Lineage[]) => readonly Lineage[];
}

const whole = <T>(value: T): T => value;

export const POLICY: Readonly<Record<PolicyName, Policy>> = {
  serial: { inRounds: false, seen: whole, regroup: whole },
  restart: { inRounds: true, seen: whole, regroup: restartWeakest },
  'best-of': { inRounds: false, seen: () => [], regroup: whole },
};

const WEAK_SHARE = 0.25;

/**
 * The weakest trajectories, by their best version so far, get the turns of the strongest up to and with its best version: the strongest
 * one's go to the weakest, the second one's to the second weakest. Nobody is restarted from a version that is not correct, or is no
 * better than its own best.
 */
function restartWeakest(lineages: readonly Lineage[]): readonly Lineage[] {
  const count = Math.max(1, Math.floor(lineages.length * WEAK_SHARE));
  const ranked = lineages.map(standingOf).sort((a, b) => b.score - a.score || a.index - b.index);
  const next = [...lineages];
  for (let place = 0; place < count; place++) {
    const [strong, weak] = [ranked[place], ranked[ranked.length - 1 - place]];
    if (strong === undefined || weak === undefined || strong.score <= weak.score) break;
    next[weak.index] = strong.untilBest;
  }
  return next;
}

function standingOf(lineage: Lineage, index: number) {
  const best = bestOf(judgedIn(lineage));
  if (best === undefined) return { index, score: 0, untilBest: [] };
  const untilBest = lineage.slice(0, lineage.findIndex((turn) => samePlace(turn, best)) + 1);
  return { index, score: score(best.evidence), untilBest };
}
