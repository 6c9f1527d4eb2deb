import type { Json } from '../../../core/target.ts';
import { splitArguments } from '../usage/calls.ts';
import { numberOf, type Values } from '../usage/known-values.ts';

/** A Python expression as JSON, where it is a literal, or a number over `known` names; undefined for all else. */
export function jsonOf(written: string, known: Values = {}): Json | undefined {
  const text = written.trim();
  if (text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  const [, quoted] = /^["']([^"'\\\n]*)["']$/.exec(text) ?? [];
  if (quoted !== undefined) return quoted;
  const number = /^[-\w.*+/() ]+$/.test(text) ? (numberOf(text, known) ?? fraction(text)) : undefined;
  if (number !== undefined) return number;
  if (!/^[[(].*[\])]$/s.test(text)) return undefined;
  const items = splitArguments(text, 1)?.map((item) => jsonOf(item, known));
  return items?.some((item) => item === undefined) ? undefined : items?.filter((item) => item !== undefined);
}

/** `-1e-5`, `.5`. */
function fraction(text: string): number | undefined {
  return /^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
