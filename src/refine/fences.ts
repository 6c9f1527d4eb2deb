/** A fenced code block as CommonMark defines it. */
export interface Fence {
  readonly info: string;
  /** Each line with its line feed. */
  readonly content: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** CommonMark lets the end of the text close a block; here that means that the answer was cut. */
  readonly closed: boolean;
}

interface FencedText {
  readonly fences: readonly Fence[];
  /** The lines outside all fences, up to each fence: one more than there are fences. */
  readonly prose: readonly string[];
}

/** Three or more backticks, whose info string holds none, or three or more tildes; at most three spaces before. */
const OPENING = /^( {0,3})(?:(`{3,})([^`]*)|(~{3,})(.*))$/;

/** Splits on fences at the top level; https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
export function splitFences(text: string): FencedText {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const fences: Fence[] = [];
  const prose: string[] = [];
  let outside: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const opening = OPENING.exec(lines[index] ?? '');
    if (!opening) {
      outside.push(lines[index] ?? '');
      continue;
    }
    const [, indent = '', backticks, backtickInfo, tildes, tildeInfo] = opening;
    const mark = backticks ?? tildes ?? '';
    const end = closingLine(lines, index + 1, mark);
    prose.push(outside.join('\n'));
    outside = [];
    fences.push({
      info: (backtickInfo ?? tildeInfo ?? '').trim(),
      content: lines
        .slice(index + 1, end)
        .map((line) => `${unindent(line, indent.length)}\n`)
        .join(''),
      line: index + 1,
      closed: end < lines.length,
    });
    index = end;
  }
  prose.push(outside.join('\n'));
  return { fences, prose };
}

/** The same character, at least as often, and nothing after it; the number of lines when there is none. */
function closingLine(lines: readonly string[], from: number, mark: string): number {
  const closing = new RegExp(`^ {0,3}${mark[0]}{${mark.length},}[ \\t]*$`);
  const at = lines.findIndex((line, index) => index >= from && closing.test(line));
  return at === -1 ? lines.length : at;
}

/** An indented fence takes as much indentation off its content, where it is there. */
function unindent(line: string, spaces: number): string {
  let taken = 0;
  while (taken < spaces && line[taken] === ' ') taken++;
  return line.slice(taken);
}

/** A fence that is longer than any run of backticks at the start of a line of the content. */
export function fenceFor(content: string): string {
  const runs = content.match(/^ {0,3}`{3,}/gm) ?? [];
  return '`'.repeat(Math.max(3, ...runs.map((run) => run.trim().length + 1)));
}
