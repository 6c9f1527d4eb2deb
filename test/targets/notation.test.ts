import { describe, expect, it } from 'vitest';
import { DTYPES, SCALAR_TYPES } from '../../src/core/target.ts';
import { parseScalarNotation, scalarProblem } from '../../src/targets/scalar-notation.ts';
import { parseTensorNotation } from '../../src/targets/tensor-notation.ts';

describe('parseTensorNotation', () => {
  it.each(DTYPES)('knows %s', (dtype) => {
    expect(parseTensorNotation(`${dtype}[n]`)).toMatchObject({ ok: true, value: { dtype, shape: ['n'] } });
  });

  it.each([
    ['f32[]', []],
    ['f32[1]', [1]],
    [' f32 [ rows ,128, _k9 ] ', ['rows', 128, '_k9']],
  ])('reads %j', (text, shape) => {
    expect(parseTensorNotation(text)).toEqual({ ok: true, value: { dtype: 'f32', shape, formulas: new Map() } });
  });

  it.each([
    ['f32[rows, 2*cols]', ['rows', '2 * cols']],
    ['f32[(n+31)/32]', ['(n + 31) / 32']],
    ['f32[4*32, min(n, 8, m)]', [128, 'min(min(n, 8), m)']],
    ['f32[ceil_div(n, 64) * 64]', ['ceil_div(n, 64) * 64']],
    ['f32[min]', ['min']],
  ])('reads the formulas of %j', (text, shape) => {
    const parsed = parseTensorNotation(text);
    expect(parsed).toMatchObject({ ok: true, value: { shape } });
    const formulas = shape.filter((extent) => typeof extent === 'string' && /\W/.test(extent));
    expect(parsed.ok && [...parsed.value.formulas.keys()]).toEqual(formulas);
  });

  it.each([
    ['i64[n] in 0..rows', { low: 0, high: 'rows' }],
    ['i8[n] in -8..8', { low: -8, high: 8 }],
    ['i32[n] in -rows .. 2*rows+1', { low: '0 - rows', high: '2 * rows + 1' }],
    ['f32[n] in 0.1..1', { low: 0.1, high: 1 }],
    ['f32[n] in -1e-3..1e3', { low: -0.001, high: 1000 }],
  ])('reads the range of %j', (text, range) => {
    expect(parseTensorNotation(text)).toMatchObject({ ok: true, value: { range } });
  });

  it.each([
    '',
    'f32',
    '[n]',
    'f32[n',
    'f32[n]]',
    'f32[[n]]',
    'f32[n]x',
    'f32[n,]',
    'f32[-1]',
    'f32[1.5]',
    'f32[n+]',
    'f32[(n]',
    'f32[n)]',
    'f32[n n]',
    'f32[2.5 * n]',
    'f32[n / 0 + min(1)]',
    'f32[n] in 0',
    'f32[n] in 0..',
    'f32[n] in 1..1',
    'f32[n] in 0..1 in 0..2',
    'f32[n] in 0..1.5 * n',
    'f32[9007199254740993]',
    'F32[n]',
  ])('refuses %j', (text) => {
    expect(parseTensorNotation(text).ok).toBe(false);
  });
});

describe('parseScalarNotation', () => {
  it.each(SCALAR_TYPES)('knows %s', (type) => {
    expect(parseScalarNotation(type)).toEqual({ ok: true, value: { type } });
    expect(parseScalarNotation(` ${type} = -3 `)).toEqual({ ok: true, value: { type, default: -3 } });
  });

  it.each(['', 'i8', 'i32 =', 'i32 = x', 'i32 = 1 = 2', 'f64 = inf', 'f32 = 1e39'])('refuses %j', (text) => {
    expect(parseScalarNotation(text).ok).toBe(false);
  });
});

it('scalarProblem knows the range of each type', () => {
  expect(scalarProblem('i32', 2 ** 31 - 1)).toBeUndefined();
  expect(scalarProblem('i32', -(2 ** 31))).toBeUndefined();
  expect(scalarProblem('i32', 2 ** 31)).toBe('is not an integer of 32 bits');
  expect(scalarProblem('i64', 2 ** 53)).toBe('is not an integer between -2^53 and 2^53');
  expect(scalarProblem('f32', 1e39)).toBe('does not fit an f32');
  expect(scalarProblem('f64', 1e39)).toBeUndefined();
  expect(scalarProblem('f64', Number.POSITIVE_INFINITY)).toBe('is not finite');
});
