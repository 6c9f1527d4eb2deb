import { describe, expect, it } from 'vitest';
import { evaluate, type Formula, formatFormula, namesIn } from '../../src/targets/formula.ts';
import { takeFormula } from '../../src/targets/parse-formula.ts';
import { Tokens } from '../../src/targets/tokens.ts';

function parsed(text: string): Formula {
  const tokens = new Tokens(text);
  const formula = takeFormula(tokens);
  if (tokens.peek() !== undefined) throw new Error(`${text} goes on with ${tokens.peek()?.text}`);
  return formula;
}

const VALUES = { n: 100, m: 7, zero: 0 };

describe('a formula', () => {
  it.each([
    ['n + 2 * m', 114],
    ['(n + 2) * m', 714],
    ['n - m - 1', 92],
    ['n - (m - 1)', 94],
    ['n / m / 2', 7],
    ['n // m', 14],
    ['(n + 31) / 32', 4],
    ['n % m * 2', 4],
    ['-n / m', -15],
    ['-n % m', 5],
    ['n % -m', -5],
    ['ceil_div(n, m)', 15],
    ['ceil_div(98, m)', 14],
    ['ceil_div(-n, m)', -14],
    ['min(n, m, 3)', 3],
    ['max(n, m * 20)', 140],
    ['m - n', -93],
    ['9007199254740991 / 2', 4503599627370495],
    ['zero * -n', 0],
  ])('%s comes to %i, and so does its text', (text, value) => {
    expect(evaluate(parsed(text), VALUES)).toEqual({ ok: true, value });
    expect(evaluate(parsed(formatFormula(parsed(text))), VALUES)).toEqual({ ok: true, value });
  });

  it.each([
    ['((n))', 'n'],
    ['(n*m)+1', 'n * m + 1'],
    ['n*(m+1)', 'n * (m + 1)'],
    ['n-(m-1)', 'n - (m - 1)'],
    ['n//(m*2)', 'n / (m * 2)'],
    ['n + -3', 'n + (-3)'],
    ['3*(4+1)', '15'],
    ['ceil_div(n, 4*8)', 'ceil_div(n, 32)'],
  ])('%s is shown as %s', (text, shown) => {
    expect(formatFormula(parsed(text))).toBe(shown);
  });

  it.each([
    ['n / zero', 'divides by zero'],
    ['n % (m - 7)', 'divides by zero'],
    ['ceil_div(n, zero)', 'divides by zero'],
    ['n * 9007199254740991', 'goes beyond 2^53'],
    ['n + absent', 'needs "absent"'],
    ['n + toString', 'needs "toString"'],
  ])('%s has no value', (text, problem) => {
    expect(evaluate(parsed(text), VALUES)).toEqual({ ok: false, problem });
  });

  it.each([
    ['n **2', 'has "**"; formulas have no powers, so write the product out'],
    ['n +', 'ends where a number or a name should stand'],
    ['(n + 1', 'lacks a ")" behind its formula'],
    ['2.5 * n', 'has 2.5; formulas are made of integers'],
    ['9007199254740993', 'has 9007199254740993, which goes beyond 2^53'],
    ['n * & 2', 'has "&" where a number or a name should stand'],
    ['cdiv(n, 2)', 'calls "cdiv", but formulas have only min, max, ceil_div; did you mean "ceil_div"?'],
    ['ceil_div(n)', 'calls "ceil_div" with 1 number; it takes two'],
    ['min()', 'calls "min" with 0 numbers; it takes two or more'],
  ])('%s is refused', (text, problem) => {
    expect(() => parsed(text)).toThrow(problem);
  });

  it('tells the names in it', () => {
    expect(namesIn(parsed('min(n, 3) + m * n'))).toEqual(['n', 'm', 'n']);
  });
});
