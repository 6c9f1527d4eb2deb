import { availableParallelism } from 'node:os';

/** Builds under way beside a measurement: all cores but those that judge and orchestrator need. */
export const BUILDS_AHEAD = Math.max(1, Math.min(8, availableParallelism() - 2));

/**
 * Makes things in advance that are asked for in the order 0, 1, 2 … : with each that is handed out the following `ahead` are under way.
 *
 * @param make what takes its time, by index; called once for each index below `count`
 */
export function makeAhead<T>(count: number, ahead: number, make: (index: number) => Promise<T>) {
  const begun: Promise<T>[] = [];
  return (index: number): Promise<T> => {
    while (begun.length < Math.min(count, index + 1 + ahead)) {
      const making = make(begun.length);
      // Whoever asks for it sees the failure; where nobody asks any more it is none.
      making.catch(() => {});
      begun.push(making);
    }
    const asked = begun[index];
    if (asked === undefined) throw new RangeError(`${index} is not below ${count}`);
    return asked;
  };
}
