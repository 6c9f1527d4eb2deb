import type { Json, Target } from '../core/target.ts';
import { type IssuePath, quote, type Report } from './issues.ts';
import { IDENTIFIER } from './tensor-notation.ts';

/**
 * Reads the arguments of a module's constructor: a list of positional ones, or a mapping of keyword ones, of what JSON can hold.
 * What is wrong is reported, and the result is then of no use.
 */
export function readInit(written: unknown, report: Report): Target['init'] {
  if (Array.isArray(written)) return written.map((value, index) => readJson(value, ['init', index], report));
  if (isMapping(written)) {
    for (const name of Object.keys(written)) {
      if (!IDENTIFIER.test(name))
        report(
          ['init', name],
          `"${name}" is not the name of an argument in Python; write it as the constructor has it`,
          'key',
        );
    }
    return readMapping(written, ['init'], report);
  }
  const got = written === null ? 'nothing' : quote(written);
  report(
    ['init'],
    `expected a list of the constructor's positional arguments or a mapping of its keyword arguments, got ${got}`,
  );
  return [];
}

function readJson(value: unknown, path: IssuePath, report: Report): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    // A larger integer has lost digits by now; NaN and infinities are no JSON.
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
      report(path, `is ${value}; a number here is finite, and an integer is between -2^53 and 2^53`);
    return value;
  }
  if (Array.isArray(value)) return value.map((item, index) => readJson(item, [...path, index], report));
  if (isMapping(value)) return readMapping(value, path, report);
  report(path, 'cannot be passed to a constructor; write text, numbers, true, false, null, lists and mappings');
  return null;
}

function readMapping(
  mapping: Readonly<Record<string, unknown>>,
  path: IssuePath,
  report: Report,
): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(mapping).map(([key, value]) => [key, readJson(value, [...path, key], report)]),
  );
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
