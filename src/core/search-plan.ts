/* How much may be searched, and how: what a request says, and what a search is run by. */

/** Named amounts of search, from the cheapest. */
export const EFFORTS = ['low', 'medium', 'high', 'max'] as const;
export type Effort = (typeof EFFORTS)[number];

/**
 * What a turn sees of the turns before it.
 *
 * - `serial`: each trajectory goes on from its own turns, as Kevin does.
 * - `restart`: the same, and after each round the weakest quarter of the trajectories goes on from the best versions of others.
 * - `best-of`: nothing; every turn is a new attempt. What a search is worth is measured against it.
 */
export const POLICIES = ['serial', 'restart', 'best-of'] as const;
export type PolicyName = (typeof POLICIES)[number];

/** How much is searched for one target. */
export interface SearchPlan {
  /** Chains of turns side by side, each of which sees its own history. */
  readonly trajectories: number;
  /** Most turns of each. */
  readonly turns: number;
  readonly policy: PolicyName;
  /** Turns in a row, in each trajectory, that bring no better correct version; after them the search ends. */
  readonly patience: number;
}

/** The most that a run may take; whichever is used up first ends the search. Absent: without limit. */
export interface Budget {
  readonly usd?: number;
  /** Input, cached or not, and output together. */
  readonly tokens?: number;
  /** Of the clock on the wall, from the start of the run. */
  readonly minutes?: number;
  /** In which the GPU measures. */
  readonly gpuMinutes?: number;
}

/** `max` is what Kevin was evaluated with: 16 trajectories of 8 turns (arXiv 2507.11948, section 4). */
const PRESETS: Readonly<Record<Effort, Pick<SearchPlan, 'trajectories' | 'turns'>>> = {
  low: { trajectories: 1, turns: 4 },
  medium: { trajectories: 4, turns: 4 },
  high: { trajectories: 8, turns: 8 },
  max: { trajectories: 16, turns: 8 },
};

const PATIENCE = 4;

/** The plan of an effort, with what was asked for beside it. */
export function planFor(
  effort: Effort,
  asked: {
    readonly trajectories?: number | undefined;
    readonly turns?: number | undefined;
    readonly policy: PolicyName;
  },
): SearchPlan {
  const { trajectories, turns } = PRESETS[effort];
  return {
    trajectories: asked.trajectories ?? trajectories,
    turns: asked.turns ?? turns,
    policy: asked.policy,
    patience: PATIENCE,
  };
}
