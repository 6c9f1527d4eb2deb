import type { SourceFile } from '../core/source.ts';

/** Lines from 1, both included. */
export interface Lines {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a file defines what a target names: the lines from the first word of a kernel, launcher, class or function to where its body begins.
 * Line 1 where that is not found, as of what a macro makes.
 *
 * @param entry may be qualified and have template arguments: `ns::scale<float>`
 */
export function definitionLines({ path, content }: SourceFile, entry: string): Lines {
  const name = /([A-Za-z_]\w*)\W*$/.exec(entry.split('<', 1)[0] ?? '')?.[1];
  const span = name === undefined ? undefined : path.endsWith('.py') ? inPython(content, name) : inCuda(content, name);
  if (span === undefined) return { start: 1, end: 1 };
  return { start: lineOf(content, span.from), end: lineOf(content, span.to) };
}

/** Positions in a text. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Comments, strings, and what the preprocessor reads. Where one is not closed it goes on to the end, so that no text takes long. */
const NO_CUDA = [
  /\/\/(?:\\\r?\n|[^\n])*/,
  /\/\*[\s\S]*?(?:\*\/|(?![\s\S]))/,
  /R"([^()\\\s"]{0,16})\([\s\S]*?(?:\)\1"|(?![\s\S]))/,
  /"(?:\\[\s\S]|[^"\\\n])*"?/,
  /(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])*'?/,
  /^[ \t]*#(?:\\\r?\n|[^\n])*/,
];
const NO_PYTHON = [
  /#[^\n]*/,
  /'''[\s\S]*?(?:'''|(?![\s\S]))/,
  /"""[\s\S]*?(?:"""|(?![\s\S]))/,
  /"(?:\\[\s\S]|[^"\\\n])*"?/,
  /'(?:\\[\s\S]|[^'\\\n])*'?/,
];

/** Between parameters and body stand at most words such as `const` and `noexcept`. */
const TO_BODY = /^[\s\w:<>,*&-]{0,200}\{/;

function inCuda(content: string, name: string): Span | undefined {
  const code = masked(content, NO_CUDA);
  const closing = brackets(code);
  const boundaries = [...code.matchAll(/[;{}]/g)].map(({ index }) => index);
  for (const { index, 0: called } of code.matchAll(new RegExp(`\\b${name}\\s*\\(`, 'g'))) {
    const close = closing.get(index + called.length - 1);
    const body = close === undefined ? null : TO_BODY.exec(code.slice(close + 1, close + 202));
    if (close === undefined || body === null) continue;
    const before = boundaries.findLast((boundary) => boundary < index) ?? -1;
    const from = before + 1 + code.slice(before + 1).search(/\S/);
    return { from, to: close + body[0].length };
  }
  return undefined;
}

function inPython(content: string, name: string): Span | undefined {
  const code = masked(content, NO_PYTHON);
  const found = new RegExp(`^[ \\t]*(?:async[ \\t]+def|def|class)[ \\t]+${name}\\b[ \\t]*\\(?`, 'm').exec(code);
  if (found === null) {
    const assigned = new RegExp(`^${name}[ \\t]*(?::[^=\\n]*)?=`, 'm').exec(code);
    return assigned === null ? undefined : { from: assigned.index, to: assigned.index };
  }
  const last = found.index + found[0].length - 1;
  return { from: found.index, to: code[last] === '(' ? (brackets(code).get(last) ?? last) : last };
}

/** Of each opening bracket the position of the one that closes it. */
function brackets(code: string): ReadonlyMap<number, number> {
  const open: number[] = [];
  const closing = new Map<number, number>();
  for (const { index, 0: bracket } of code.matchAll(/[()]/g)) {
    if (bracket === '(') open.push(index);
    else {
      const begin = open.pop();
      if (begin !== undefined) closing.set(begin, index);
    }
  }
  return closing;
}

/** The text with blanks in place of what is no code, so that every position and every line stays. */
function masked(content: string, patterns: readonly RegExp[]): string {
  const pattern = new RegExp(patterns.map(({ source }) => source).join('|'), 'gm');
  return content.replace(pattern, (text) => text.replace(/[^\n]/g, ' '));
}

function lineOf(content: string, position: number): number {
  return content.slice(0, position).split('\n').length;
}
