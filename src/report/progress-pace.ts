import type { ProgressState } from './progress-state.ts';

/** A state, and when it was so, in seconds of the run. */
export interface Moment {
  readonly state: ProgressState;
  readonly seconds: number;
}

/** Each update is a request to GitHub, which limits them; and nobody reads faster. */
const LEAST_SECONDS = 20;
/** After so long the time itself is news. */
const MOST_SECONDS = 120;

/**
 * Whether the comment should be updated.
 *
 * @param previous what the comment says; undefined while there is none
 */
export function isWorthTelling(previous: Moment | undefined, next: Moment): boolean {
  if (previous === undefined) return true;
  const since = next.seconds - previous.seconds;
  if (since < LEAST_SECONDS) return false;
  return since >= MOST_SECONDS || newsOf(previous.state) !== newsOf(next.state);
}

/** All that is shown of a state but what outcomes and comparisons hold, which come once. */
function newsOf({ targets }: ProgressState): string {
  return JSON.stringify(
    targets.map(({ outcome, againstBase, ...shown }) => [shown, outcome !== undefined, againstBase !== undefined]),
  );
}
