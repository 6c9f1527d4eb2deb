import { evaluate } from '../../formula.ts';
import { parseFormula } from '../../parse-formula.ts';
import { splitArguments } from './calls.ts';

export type Values = Readonly<Record<string, number>>;

const ASSIGNMENT =
  /(?:^|[\s({;,])([A-Za-z_][\w, \t]{0,100}?)\s*(?::\s*\w+\s*)?=\s*([-\w(][^=;#\n{}[\]]{0,200}?)\s*(?=[;#\n]|\/\/|$|,\s*\w+\s*=)|#\s*define\s+(\w+)\s+([\d(][^\n]*)/gm;
const CASES =
  /parametrize\(\s*(?:["']([\w, ]+)["']|[[(]\s*((?:["']\w+["'],?\s*)+)[\])])\s*,\s*\[|\bfor\s+\(?([\w, ]{1,100})\)?\s+in\s+[[(]/g;
const MOST_CASES = 32;
/** In characters ahead of the place: what stands further away is about something else. */
const MOST_READ = 32 * 1024;

/**
 * The numbers that names have in a text ahead of `end`, one set for each case of a parametrized test or a loop over a list; without any such,
 * one set. Later assignments win. A glance at the text, good for a guess.
 */
export function valuesBefore(text: string, end: number): Values[] {
  const head = text.slice(Math.max(0, end - MOST_READ), end);
  const assigned: Record<string, number> = {};
  for (const [, names = '', written = '', macro, macroValue = ''] of head.matchAll(ASSIGNMENT)) {
    const values = macro === undefined ? splitArguments(`${written})`, 0) : [macroValue];
    const targets = (macro ?? names).split(',').map((name) => name.trim().split(/\s+/).at(-1) ?? '');
    if (values === undefined || (values.length !== targets.length && targets.length > 1)) continue;
    for (const [index, name] of targets.entries()) {
      const value = numberOf(values[index] ?? '', assigned);
      if (value !== undefined) assigned[name] = value;
    }
  }
  const cases = casesBefore(head, assigned);
  return cases.length === 0 ? [assigned] : cases.map((each) => ({ ...assigned, ...each }));
}

/** Every combination of the lists, the nearest ahead of the end for each name. */
function casesBefore(head: string, assigned: Values): Values[] {
  const lists = new Map<string, Values[]>();
  for (const { index, 0: found, 1: one, 2: several, 3: loop } of head.matchAll(CASES)) {
    const names = (one ?? several?.replace(/["']/g, '') ?? loop ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const items = splitArguments(head, index + found.length) ?? [];
    const values = items.flatMap((item): Values[] => {
      const parts = names.length === 1 ? [item] : (splitArguments(`${item.replace(/^[([]|[)\]]$/g, '')})`, 0) ?? []);
      const numbers = names.flatMap((name, position): [string, number][] => {
        const value = numberOf(parts[position] ?? '', assigned);
        return value === undefined ? [] : [[name, value]];
      });
      return numbers.length === 0 ? [] : [Object.fromEntries(numbers)];
    });
    if (values.length > 0) lists.set(names.join(), values);
  }
  return [...lists.values()].reduce<Values[]>(
    (all, list) =>
      (all.length === 0 ? list : all.flatMap((left) => list.map((right) => ({ ...left, ...right })))).slice(
        0,
        MOST_CASES,
      ),
    [],
  );
}

/** The value of an integer expression, or of a fraction, over known names; casts and conversions are looked through. */
export function numberOf(written: string, known: Values): number | undefined {
  const text = unwrapped(written);
  if (/^-?\d*\.?\d+(e[-+]?\d+)?f?$/i.test(text) && /[.e]/i.test(text)) return Number(text.replace(/f$/i, ''));
  const plain = text
    .replace(/\b(\d+)[uUlL]+\b/g, '$1')
    .replace(/\b(\d+)\s*<<\s*(\d+)\b/g, (_, left: string, right: string) => `${Number(left) * 2 ** Number(right)}`)
    .replace(/\b2\s*\*\*\s*(\d+)\b/g, (_, power: string) => `${2 ** Number(power)}`)
    .replace(/(?<=\d)_(?=\d)/g, '');
  const parsed = plain.length > 200 ? undefined : parseFormula(plain);
  const value = parsed?.ok ? evaluate(parsed.value, known) : undefined;
  return value?.ok ? value.value : undefined;
}

/** `n` of `ctypes.c_int(n)`, `int(n)`, `(int)n` and `static_cast<int>(n)`. */
function unwrapped(text: string): string {
  const [, inner] = /^(?:(?:ctypes\.)?c_\w+|int|float|size_t|static_cast<[\w\s:]+>)\((.*)\)$/.exec(text.trim()) ?? [];
  return inner ?? text.trim().replace(/^\((?:unsigned |long )*(?:int|long|size_t|int64_t|float)\)\s*/, '');
}
