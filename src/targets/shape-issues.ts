import type { z } from 'zod';
import { nearest } from '../core/nearest.ts';
import { formHint } from './form-hints.ts';
import { quote, type Report } from './issues.ts';

/**
 * Says in plain sentences what zod found: each names the bad value and what to write in its place. `misplaced` has what to say of
 * keys that are known and do not belong here.
 */
export function reportShape(
  error: z.ZodError,
  validKeys: readonly string[],
  report: Report,
  misplaced: Readonly<Record<string, string>> = {},
): void {
  const misspelt = error.issues
    .flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))
    .map((key) => keyMeantBy(key, validKeys));
  for (const issue of error.issues) {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) report([...path, key], misplaced[key] ?? unknownKey(key, validKeys), 'key');
    } else if (issue.code === 'invalid_type' && issue.input === undefined) {
      // A misspelt key is told of where it stands; that the right one is missing follows from it.
      if (misspelt.includes(String(path.at(-1)))) continue;
      report(path.slice(0, -1), `the key "${String(path.at(-1))}" is missing`, 'key');
    } else if (issue.code === 'invalid_type') {
      report(path, `expected ${inWords(issue.expected)}, got ${gotten(issue.input)}${formHint(path, issue.input)}`);
    } else if (issue.code === 'too_small') {
      report(path, `the list is empty; give at least ${issue.minimum} entry`);
    } else {
      report(path, `${issue.message}, got ${gotten(issue.input)}`);
    }
  }
}

/** `unknown key "entri"; did you mean "entry"?`, or the list of keys when none is near. */
function unknownKey(key: string, validKeys: readonly string[]): string {
  const meant = keyMeantBy(key, validKeys);
  return `unknown key "${key}"; ${meant === undefined ? `the keys here are ${validKeys.join(', ')}` : `did you mean "${meant}"?`}`;
}

/** By its spelling, or by what it is called elsewhere. */
function keyMeantBy(key: string, validKeys: readonly string[]): string | undefined {
  const synonym = Object.hasOwn(OTHER_KEYS, key.toLowerCase()) ? OTHER_KEYS[key.toLowerCase()] : undefined;
  return synonym !== undefined && validKeys.includes(synonym) ? synonym : nearest(key, validKeys);
}

const OTHER_KEYS: Readonly<Record<string, string>> = {
  arguments: 'args',
  parameters: 'args',
  params: 'args',
  file: 'source',
  path: 'source',
  kernel: 'entry',
  launcher: 'entry',
  in_place: 'inouts',
  inplace: 'inouts',
  mutates: 'inouts',
  returns: 'outputs',
  constants: 'scalars',
  shapes: 'workloads',
  sizes: 'workloads',
  cases: 'workloads',
  oracle: 'reference',
  expected: 'reference',
};

/** The type name as a person says it. */
function inWords(expected: string): string {
  const words: Record<string, string> = {
    record: 'a mapping',
    object: 'a mapping',
    array: 'a list',
    string: 'text',
    number: 'a number',
    boolean: 'true or false',
  };
  return words[expected] ?? expected;
}

function gotten(input: unknown): string {
  if (input === null || input === undefined) return 'nothing';
  if (Array.isArray(input)) return `the list ${quote(input)}`;
  if (typeof input === 'object') return `the mapping ${quote(input)}`;
  return quote(input);
}
