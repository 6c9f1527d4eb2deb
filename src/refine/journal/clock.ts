/** The time of a run over all its attempts, in milliseconds. */
export interface JournalClock {
  now(): number;
  /** What happened so many seconds into the run has just happened again. */
  replayedUntil(seconds: number): void;
}

/**
 * While recorded answers are given again the clock shows the time at which they once came, so that a budget of minutes decides as it did
 * then; afterwards it goes on from there.
 *
 * @param began when this attempt began, by `real`
 * @param real milliseconds, monotonic
 */
export function createJournalClock(
  began = performance.now(),
  real: () => number = () => performance.now(),
): JournalClock {
  let replayed = 0;
  let since = began;
  return {
    now: () => replayed + (real() - since),
    replayedUntil(seconds) {
      replayed = seconds * 1000;
      since = real();
    },
  };
}
