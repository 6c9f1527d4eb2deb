/** A call in the text of a program, C++ or Python. */
export interface WrittenCall {
  /** As written, split at the commas; keyword arguments too. */
  readonly args: readonly string[];
  /** Where the call begins, in characters and in lines from 1. */
  readonly index: number;
  readonly line: number;
  /** What stands left of it on its line. */
  readonly before: string;
}

/** Longer ones are no calls that say anything. */
const LONGEST = 2_000;
const MOST_CALLS = 50;

/** The calls of `name` in a text, whatever stands around them; declarations look alike and are among them. */
export function callsOf(name: string, text: string): WrittenCall[] {
  const calls: WrittenCall[] = [];
  const pattern = new RegExp(`(?<![\\w$])${name}\\s*(?:<[\\w\\s,:]*>)?\\s*(?:<<<[^;]*?>>>)?\\(`, 'g');
  for (const { index, 0: head } of text.matchAll(pattern)) {
    const args = splitArguments(text, index + head.length);
    if (args === undefined) continue;
    const line = text.slice(0, index).split('\n').length;
    const before = text.slice(text.lastIndexOf('\n', index - 1) + 1, index);
    if (!/^\s*(#|\/\/|\*)/.test(before)) calls.push({ args, index, line, before });
    if (calls.length >= MOST_CALLS) break;
  }
  return calls;
}

/** What stands between the parenthesis that ends at `start` and its partner, split at the commas of that level. */
export function splitArguments(text: string, start: number): string[] | undefined {
  const args: string[] = [];
  let [depth, from] = [0, start];
  for (let index = start; index < text.length && index - start < LONGEST; index++) {
    const character = text[index] ?? '';
    if ('([{'.includes(character)) depth += 1;
    if (depth === 0 && (character === ',' || character === ')' || character === ']')) {
      const argument = text.slice(from, index).trim();
      if (argument !== '') args.push(argument);
      from = index + 1;
      if (character !== ',') return args;
    } else if (')]}'.includes(character)) depth -= 1;
  }
  return undefined;
}
