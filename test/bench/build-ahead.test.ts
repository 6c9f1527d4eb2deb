import { describe, expect, it } from 'vitest';
import { makeAhead } from './build-ahead.ts';

describe('makeAhead', () => {
  it('keeps as many under way as it may, each once', async () => {
    const begun: number[] = [];
    const get = makeAhead(5, 2, async (index) => {
      begun.push(index);
      return index * 10;
    });
    expect(await get(0)).toBe(0);
    expect(begun).toEqual([0, 1, 2]);
    expect(await get(3)).toBe(30);
    expect(await get(1)).toBe(10);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('fails where the failed one is asked for', async () => {
    const get = makeAhead(2, 1, (index) => (index === 1 ? Promise.reject(new Error('no')) : Promise.resolve(index)));
    expect(await get(0)).toBe(0);
    await expect(get(1)).rejects.toThrow('no');
    expect(() => get(2)).toThrow(RangeError);
  });
});
