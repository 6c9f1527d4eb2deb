import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

describe('readArguments', () => {
  it('knows parts, numbers and the device', () => {
    const read = readArguments(['--device', 'cuda', '--limit', '60', '--candidates', '10', 'soak', '--json', 'a.json']);
    expect(read).toMatchObject({ parts: ['soak'], device: 'cuda', limitS: 60, json: 'a.json' });
    expect(read.asked).toMatchObject({ candidates: 10, count: undefined });
  });

  it.each([
    [['--limit', '0'], '--limit is a whole number'],
    [['--device', 'tpu'], '--device is auto, cuda or emulated'],
    [['--what'], "Unknown option '--what'"],
  ])('refuses %j', (words, says) => {
    expect(() => readArguments(words)).toThrow(says);
  });
});
