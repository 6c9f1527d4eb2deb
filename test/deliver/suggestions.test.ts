import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rightRanges } from '../../src/deliver/diff-lines.ts';
import { suggestionsFor } from '../../src/deliver/suggestions.ts';
import { applySuggestions } from './apply-suggestions.ts';

const PATH = 'kernels/softmax.cu';
const numbered = (count: number, changes: Readonly<Record<number, string>> = {}): string =>
  Array.from({ length: count }, (_, index) => changes[index + 1] ?? `line ${index + 1}\n`).join('');
const suggest = (before: string | undefined, after: string, ranges?: readonly (readonly [number, number])[]) =>
  suggestionsFor(
    { path: PATH, before, after },
    ranges?.map(([first, last]) => ({ first, last })),
  );
const places = (before: string, after: string, ranges: readonly (readonly [number, number])[]): number[][] => {
  const result = suggest(before, after, ranges);
  if (result.kind !== 'suggestions') return expect.unreachable(result.reason);
  expect(applySuggestions(before, result.suggestions)).toBe(after);
  return result.suggestions.map(({ first, last }) => [first, last]);
};
const reason = (...args: Parameters<typeof suggest>): string => {
  const result = suggest(...args);
  return result.kind === 'does-not-fit' ? result.reason : expect.unreachable('it fits');
};

describe('suggestions', () => {
  it('replace the lines that change, each hunk by itself', () => {
    const after = numbered(20, { 5: 'five\n', 15: 'fifteen\nand more\n' });
    expect(places(numbered(20), after, [[1, 20]])).toEqual([
      [5, 5],
      [15, 15],
    ]);
  });

  it('join what stands close together in one hunk of the diff, but never across two', () => {
    const after = numbered(20, { 5: 'five\n', 8: 'eight\n' });
    expect(places(numbered(20), after, [[1, 20]])).toEqual([[5, 8]]);
    const split = [
      [1, 5],
      [7, 20],
    ] as const;
    expect(places(numbered(20), after, split)).toEqual([
      [5, 5],
      [8, 8],
    ]);
  });

  it.each([
    ['after the line before it', numbered(9, { 5: 'line 5\nnew\n' }), [1, 9], [5, 5]],
    ['before the first line', `new\n${numbered(9)}`, [1, 9], [1, 1]],
    ['before the first line of the diff', numbered(9, { 5: 'line 5\nnew\n' }), [6, 9], [6, 6]],
    ['after the last line', `${numbered(9)}new\n`, [1, 9], [9, 9]],
  ] as const)('insert %s', (_, after, range, place) => {
    expect(places(numbered(9), after, [range])).toEqual([place]);
  });

  it('take in a line beside what is removed or becomes blank', () => {
    expect(places(numbered(9), numbered(9, { 5: '' }), [[4, 9]])).toEqual([[4, 5]]);
    expect(places(numbered(9), numbered(9, { 5: '' }), [[5, 9]])).toEqual([[5, 6]]);
    expect(places(numbered(9), numbered(9, { 5: '\n' }), [[1, 9]])).toEqual([[4, 5]]);
  });

  it('have a fence that is longer than any in the code', () => {
    const result = suggest(numbered(3), numbered(3, { 2: '````suggestion\n```\n' }), [[1, 3]]);
    expect(result).toMatchObject({ suggestions: [{ body: '`````suggestion\n````suggestion\n```\n`````' }] });
  });

  it.each([
    ['a new file', undefined, 'a\n', [[1, 1]], `${PATH} is new, and a suggestion can only change lines that are there`],
    [
      'a file outside',
      'a\n',
      'b\n',
      undefined,
      `${PATH} is not changed by the pull request, so no suggestion can stand there`,
    ],
    ['a file without a diff', 'a\n', 'b\n', [], `${PATH}: line 1 would change outside the diff of the pull request`],
    [
      'lines outside',
      numbered(9),
      numbered(9, { 7: 'x\n', 8: 'y\n' }),
      [[1, 7]],
      `${PATH}: lines 7 to 8 would change outside the diff of the pull request`,
    ],
    [
      'an insertion outside',
      numbered(9),
      numbered(9, { 5: 'line 5\nnew\n' }),
      [[7, 9]],
      `${PATH}: line 5 would change outside the diff of the pull request`,
    ],
    ['nothing left', 'a\n', '', [[1, 1]], `${PATH}: line 1 would become nothing that is seen`],
    [
      'carriage returns',
      'a\r\n',
      'b\r\n',
      [[1, 1]],
      `${PATH} has carriage returns, which a suggestion cannot carry faithfully`,
    ],
    [
      'no newline at the end',
      'a\n',
      'b',
      [[1, 1]],
      `${PATH} has no newline at its end, which a suggestion cannot carry faithfully`,
    ],
    [
      'no newline before',
      'a',
      'a\n',
      [[1, 1]],
      `${PATH} has no newline at its end, which a suggestion cannot carry faithfully`,
    ],
    [
      'a NUL',
      'a\n',
      '\0\n',
      [[1, 1]],
      `${PATH} has control characters or a byte order mark, which a suggestion cannot carry faithfully`,
    ],
    [
      'a very long one',
      'a\n',
      `${'x'.repeat(70_000)}\n`,
      [[1, 1]],
      `${PATH}: line 1 would become too long for a comment`,
    ],
  ] as const)('do not fit with %s', (_, before, after, ranges, words) => {
    expect(reason(before, after, ranges)).toBe(words);
  });

  it('replace the whole of a new file that has nothing in common with the candidate', () => {
    const [before, after] = [numbered(3_000), numbered(3_000).replaceAll('line', 'other')];
    expect(places(before, after, [[1, 3_000]])).toEqual([[1, 3_000]]);
  });
});

describe('any change', () => {
  const line = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '\t',
      '}',
      '```',
      '````suggestion',
      '~~~',
      '    deep',
      '- [ ] x',
      '<!--',
      '\\',
      '> q',
      '{',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.map((each) => `${each}\n`).join(''));
  const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array).toString('utf8'));
  const ranges = fc
    .uniqueArray(fc.integer({ min: 1, max: 14 }), { maxLength: 6 })
    .map((ends) => ends.sort((a, b) => a - b))
    .map((ends) => ends.flatMap((first, index) => (index % 2 === 0 ? [{ first, last: ends[index + 1] ?? 14 }] : [])));

  it.each([
    ['lines', text],
    ['bytes', bytes],
  ])('of %s is suggested faithfully or not at all', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, arbitrary, ranges, (before, after, diff) => {
        const result = suggestionsFor({ path: PATH, before, after }, diff);
        if (result.kind === 'does-not-fit') {
          expect(result.reason).toMatch(/^kernels\/softmax\.cu\b.*[^.]$/);
          return;
        }
        let free = 0;
        for (const { first, last } of result.suggestions) {
          expect(diff.some((range) => range.first <= first && last <= range.last)).toBe(true);
          expect(first).toBeGreaterThan(free);
          expect(last).toBeGreaterThanOrEqual(first);
          free = last;
        }
        expect(applySuggestions(before, result.suggestions)).toBe(after);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of edited lines inside the diff is always suggested', () => {
    const kept = fc.stringMatching(/^[a-z{}`]{1,5}$/);
    const change = fc.tuple(
      fc.array(kept, { minLength: 1, maxLength: 12 }),
      fc.array(kept, { minLength: 1, maxLength: 12 }),
    );
    fc.assert(
      fc.property(change, ([old, young]) => {
        const [before, after] = [old, young].map((lines) => lines.map((each) => `${each}\n`).join(''));
        const result = suggestionsFor({ path: PATH, before, after: after ?? '' }, [{ first: 1, last: old.length }]);
        if (result.kind === 'does-not-fit') return expect.unreachable(result.reason);
        expect(applySuggestions(before ?? '', result.suggestions)).toBe(after);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the lines of a diff', () => {
  it('are those of the right side of each hunk', () => {
    const patch =
      '@@ -1,2 +1,3 @@ foo\n a\n+b\n c\n\\ No newline at end of file\n@@ -9,1 +10,0 @@\n-x\n@@ -12 +12 @@\n--- y\n+++ z';
    expect(rightRanges(patch)).toEqual([
      { first: 1, last: 3 },
      { first: 12, last: 12 },
    ]);
  });

  it.each([undefined, '', 'no patch', '@@ -1,9 +1,9 @@\n cut'])('are none in %j', (patch) => {
    expect(rightRanges(patch)).toEqual([]);
  });
});
