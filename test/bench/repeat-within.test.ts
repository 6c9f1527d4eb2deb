import { describe, expect, it } from 'vitest';
import { repeatWithin, startTimeLimit } from './repeat-within.ts';

describe('repeatWithin', () => {
  /** Steps that take so many seconds by a clock of their own. */
  async function repeat(limitS: number, count: number, stepS: number): Promise<readonly number[]> {
    let now = 0;
    const step = async (index: number) => {
      now += stepS * 1000;
      return index;
    };
    let last: readonly number[] = [];
    for await (last of repeatWithin(
      startTimeLimit(limitS, () => now),
      count,
      step,
    ));
    return last;
  }

  it('does all that is asked for when there is time', async () => {
    expect(await repeat(100, 4, 1)).toEqual([0, 1, 2, 3]);
  });

  it('does not begin what would not end in time', async () => {
    expect(await repeat(10, 100, 3)).toEqual([0, 1, 2]);
  });

  it('does the first in any case', async () => {
    expect(await repeat(1, 100, 50)).toEqual([0]);
  });
});
