/** Seconds that are left; negative when the time is over. */
export type TimeLeft = () => number;

/** Starts a bound on time. `now` gives milliseconds. */
export function startTimeLimit(seconds: number, now: () => number = () => performance.now()): TimeLeft {
  const began = now();
  return () => seconds - (now() - began) / 1000;
}

/**
 * Does a step `count` times, or as often as there is time for one as long as the longest so far; the first is always done.
 * Yields all results up to now after every step.
 */
export async function* repeatWithin<T>(
  timeLeft: TimeLeft,
  count: number,
  step: (index: number) => Promise<T>,
): AsyncGenerator<readonly T[]> {
  const results: T[] = [];
  let longest = 0;
  for (let index = 0; index < count && (index === 0 || timeLeft() > longest); index += 1) {
    const before = timeLeft();
    results.push(await step(index));
    longest = Math.max(longest, before - timeLeft());
    yield results;
  }
}
