import type { Node } from 'web-tree-sitter';
import type { Constant } from './constants.ts';

/** What of a source an entry can come to, by names; plain data, for when the tree is gone. */
export interface Reach {
  /** The functions that nothing leads to, as ranges in the text. */
  readonly beyond: readonly Range[];
  /** Every word that is used where something leads to. */
  readonly words: ReadonlySet<string>;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Definition extends Range {
  readonly name: string;
  readonly text: string;
}

const WORD = /[A-Za-z_]\w*/g;

/**
 * Follows an entry from definition to definition: each that is named in what was reached, or outside of all definitions, is reached. A name in
 * a comment counts too, so that rather too much is reached than too little. Undefined where the source does not define the entry.
 */
export function reachOf(root: Node, entry: string): Reach | undefined {
  const all = root.descendantsOfType(['function_definition', 'class_definition']).map(definitionOf);
  const entries = all.filter(({ name }) => name === entry);
  if (entries.length === 0) return undefined;
  // The root begins at the first word of the file, and positions at the first character.
  const outside = wordsIn(withoutRanges(' '.repeat(root.startIndex) + root.text, all));
  // A constant is named once where it is defined, and must be named again to be used.
  const words = new Set(outside.filter((word, index) => outside.indexOf(word) !== index));
  const everywhere = new Set(outside);
  let beyond = all;
  let next: readonly Definition[] = entries;
  while (next.length > 0) {
    for (const word of next.flatMap(({ text }) => wordsIn(text))) words.add(word);
    beyond = beyond.filter((one) => !next.includes(one));
    next = beyond.filter(({ name }) => name === '' || words.has(name) || everywhere.has(name));
  }
  return { beyond: beyond.map(({ start, end }) => ({ start, end })), words };
}

/** What of the constants an entry can come to: others would be changed without being run, let alone checked. */
export function within(reach: Reach | undefined, found: readonly Constant[]): readonly Constant[] {
  if (reach === undefined) return found;
  return found.flatMap((constant) => {
    const places = constant.places.filter(({ start }) =>
      reach.beyond.every((range) => start < range.start || start >= range.end),
    );
    const used = constant.kind !== 'named' || reach.words.has(constant.name);
    return places.length === 0 || !used ? [] : [{ ...constant, places }];
  });
}

function definitionOf(node: Node): Definition {
  let name: Node | null = node.childForFieldName('name') ?? node.childForFieldName('declarator');
  while (name?.childForFieldName('declarator')) name = name.childForFieldName('declarator');
  // `Namespace::function`
  return { name: name?.text.split('::').at(-1) ?? '', text: node.text, start: node.startIndex, end: node.endIndex };
}

function wordsIn(text: string): readonly string[] {
  return text.match(WORD) ?? [];
}

function withoutRanges(text: string, ranges: readonly Range[]): string {
  let at = 0;
  let rest = '';
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    if (start > at) rest += `${text.slice(at, start)} `;
    at = Math.max(at, end);
  }
  return rest + text.slice(at);
}
