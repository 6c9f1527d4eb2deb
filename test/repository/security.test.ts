import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, read } from './project.ts';

/** The rows of the table in `docs/security.md`: who, does, what happens, test. */
const ROWS = read('docs/security.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (---|who \|)/.test(line))
  .map((line) => line.slice(2, -2).split(' | '));

/** A test as a row names it: its file, and a part of its name. */
const NAMED = /`(test\/[^`]+\.test\.ts)`: \*([^*]+)\*/g;

it('the table has rows, of four cells each', () => {
  expect(ROWS.length).toBeGreaterThan(20);
  expect(ROWS.filter((cells) => cells.length !== 4)).toEqual([]);
});

it.each(ROWS)('%s %s: its test exists', (_who, _does, _happens, named = '') => {
  const tests = [...named.matchAll(NAMED)];
  expect(tests.map(([whole]) => whole).join('; ')).toBe(named);
  for (const [, file = '', name = ''] of tests) {
    expect(existsSync(join(ROOT, file)), file).toBe(true);
    expect(
      namesIn(read(file)).some((known) => known.includes(name)),
      name,
    ).toBe(true);
  }
});

/** Strings that are followed by a function: names of tests and of groups, with `%s` and `$name` where a table fills them in. */
function namesIn(source: string): string[] {
  const named = source.matchAll(/\(\s*(['"])((?:(?!\1)[^\\\n]|\\.)*)\1,\s*(?:async\b|\(|\{)/g);
  return [...named].map(([, , name = '']) => name.replaceAll("\\'", "'"));
}
