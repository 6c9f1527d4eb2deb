import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import { messageOf } from '../core/errors.ts';
import type { Issue } from './issues.ts';

/** A place in a text file; both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type ReadYaml =
  /** `data` is plain JavaScript with aliases resolved; `locate` finds where an issue's key or value stands. */
  | { readonly ok: true; readonly data: unknown; readonly locate: (issue: Pick<Issue, 'path' | 'at'>) => Position }
  | { readonly ok: false; readonly problems: readonly { readonly position: Position; readonly message: string }[] };

/** A real configuration has a few kilobytes; the parser's time and memory are bounded by this. */
const LONGEST_TEXT = 256 * 1024;

/** Expansions of aliases over the whole file, so that no few lines become gigabytes. */
const MOST_ALIASES = 100;

const TOO_DEEP = 'not valid YAML: nested too deeply';

const START: Position = { line: 1, column: 1 };

/** Reads one YAML document and keeps where everything stands, for messages. */
export function readYaml(text: string): ReadYaml {
  if (text.length > LONGEST_TEXT) {
    const kilobytes = Math.ceil(text.length / 1024);
    return problemAt(START, `the file has ${kilobytes} KiB; a configuration has at most ${LONGEST_TEXT / 1024} KiB`);
  }
  const lines = new LineCounter();
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const errors = [...document.errors, ...document.warnings];
    if (errors.some(({ message }) => /call stack/i.test(message))) return problemAt(START, TOO_DEEP);
    const [broken] = errors.filter(({ code }) => !TOLD_ONE_BY_ONE.includes(code));
    if (broken !== undefined) return brokenYaml(broken, text, positionOf);
    const problems = errors.map((error) => ({
      position: positionOf(error.pos[0]),
      message: inPlainWords(error, text),
    }));
    problems.push(...unusableNodes(document, positionOf));
    if (problems.length > 0) return { ok: false, problems };
    const data: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return { ok: true, data, locate: (issue) => positionOf(offsetOf(document, issue)) };
  } catch (error) {
    return problemAt(START, whyUnreadable(error));
  }
}

function problemAt(position: Position, message: string): ReadYaml {
  return { ok: false, problems: [{ position, message }] };
}

/** Errors after which the rest of the document is still what was meant. */
const TOLD_ONE_BY_ONE: readonly string[] = ['DUPLICATE_KEY', 'MULTIPLE_DOCS', 'TAG_RESOLVE_FAILED', 'BAD_ALIAS'];

/** The first mistake in the syntax: what follows it are its consequences. */
function brokenYaml(
  error: YAMLParseError | YAMLWarning,
  text: string,
  positionOf: (offset: number) => Position,
): ReadYaml {
  const tab = /^ *\t[ \t]*[^\s#]/m.exec(text);
  if (tab !== null) {
    return problemAt(positionOf(text.indexOf('\t', tab.index)), 'not valid YAML: a tab in the indentation; use spaces');
  }
  return problemAt(positionOf(error.pos[0]), `not valid YAML: ${syntaxAdvice(error, text) ?? error.message}`);
}

function syntaxAdvice({ code, pos: [start] }: YAMLParseError | YAMLWarning, text: string): string | undefined {
  if (/\w/.test(text[start - 1] ?? '') && text[start] === '[')
    return 'a bracket right behind a word; put quotes around a tensor, such as "f32[rows, cols]"';
  return code === 'MULTILINE_IMPLICIT_KEY' ? 'no ": " between a key and its value here' : undefined;
}

function inPlainWords({ code, message, pos }: YAMLParseError | YAMLWarning, text: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second YAML document begins here; a configuration is one document';
  if (code !== 'DUPLICATE_KEY') return `not valid YAML: ${message}`;
  const key = /^[^\s:]*/.exec(text.slice(pos[0], pos[0] + 200))?.[0] ?? '';
  return `the key "${key}" stands here a second time; give each key once`;
}

function whyUnreadable(error: unknown): string {
  if (error instanceof RangeError) return TOO_DEEP;
  if (/alias count/i.test(messageOf(error))) {
    return `its aliases expand to too much; write values out or use at most ${MOST_ALIASES} aliases`;
  }
  return `not valid YAML: ${messageOf(error)}`;
}

/** Aliases without an anchor, and keys that plain objects cannot hold: lists, mappings, aliases, and the one that sets a prototype. */
function unusableNodes(document: Document, positionOf: (offset: number) => Position) {
  const problems: { position: Position; message: string }[] = [];
  const anchors = new Set<string>();
  const complain = (node: unknown, message: string) =>
    problems.push({ position: positionOf(isNode(node) ? (node.range?.[0] ?? 0) : 0), message });
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key)) complain(key, 'this cannot be a key; write a plain name');
      else if (key.value === '__proto__') complain(key, '"__proto__" cannot be a key; write a plain name');
    },
    Value(_, { anchor }) {
      if (anchor !== undefined) anchors.add(anchor);
    },
    Alias(_, alias) {
      if (!anchors.has(alias.source)) complain(alias, `no anchor "&${alias.source}" stands before this alias`);
    },
  });
  return problems;
}

/** Offset of the key or value that an issue names; of the nearest thing around it when that does not exist. */
function offsetOf(document: Document, { path, at }: Pick<Issue, 'path' | 'at'>): number {
  let node = resolved(document, document.contents);
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, part] of path.entries()) {
    const child = childOf(node, part);
    if (child === undefined) break;
    node = resolved(document, child.value);
    const wanted = depth === path.length - 1 ? at : 'key';
    // A value that is absent (`inputs:` and nothing) has no text of its own: point to its key.
    const empty = node === undefined || node.range?.[0] === node.range?.[1];
    offset = (wanted === 'value' && !empty ? node : (child.key ?? node))?.range?.[0] ?? offset;
  }
  return offset;
}

function childOf(parent: Node | undefined, part: string | number): { key?: Node; value: unknown } | undefined {
  if (isSeq(parent) && typeof part === 'number') return { value: parent.items[part] };
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
  );
  return pair && isNode(pair.key) ? { key: pair.key, value: pair.value } : undefined;
}

function resolved(document: Document, value: unknown): Node | undefined {
  if (isAlias(value)) return value.resolve(document);
  return isNode(value) ? value : undefined;
}
