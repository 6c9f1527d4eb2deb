import type { Change } from './changes.ts';
import type { LineRange } from './diff-lines.ts';
import { type LineEdit, lineEdits } from './line-edits.ts';

/** A review comment that replaces lines of the head; lines count from 1, both ends included. */
export interface Suggestion {
  readonly path: string;
  readonly first: number;
  readonly last: number;
  /** Markdown: a block in a fence that nothing in it can end. */
  readonly body: string;
}

export type Suggestions = { readonly kind: 'suggestions'; readonly suggestions: readonly Suggestion[] } | DoesNotFit;

export interface DoesNotFit {
  readonly kind: 'does-not-fit';
  /** One sentence: which file, which lines. */
  readonly reason: string;
}

/** An edit inside one range of the diff. */
interface Placed extends LineEdit {
  readonly range: LineRange;
}

/** Edits with at most so many untouched lines between them become one suggestion, which is easier to read than two. */
const SMALLEST_GAP = 3;

/** https://docs.github.com/en/rest/pulls/comments: as long as any comment may be, in characters. */
const LONGEST_COMMENT = 65_536;

/** What Markdown or GitHub changes on the way: line ends of other kinds, controls, byte order marks. */
const UNFAITHFUL = /(?![\n\t])[\p{Cc}\ufeff]/u;

/**
 * Suggestions that together turn the file into the candidate's, byte for byte, each within one range of the pull request's diff; or why
 * that cannot be. `ranges` are those of `DiffFile`, undefined for a file that the pull request does not change.
 */
export function suggestionsFor(change: Change, ranges: readonly LineRange[] | undefined): Suggestions {
  const { path, before, after } = change;
  if (before === undefined) return doesNotFit(`${path} is new, and a suggestion can only change lines that are there`);
  if (ranges === undefined)
    return doesNotFit(`${path} is not changed by the pull request, so no suggestion can stand there`);
  const unfaithful = [before, after].map(problemOf).find((problem) => problem !== undefined);
  if (unfaithful !== undefined) return doesNotFit(`${path} ${unfaithful}, which a suggestion cannot carry faithfully`);
  const [oldLines, newLines] = [linesOf(before), linesOf(after)];
  const placed: Placed[] = [];
  for (const edit of lineEdits(oldLines, newLines)) {
    const range = ranges.find((candidate) => holds(candidate, edit));
    if (range === undefined)
      return doesNotFit(`${path}: ${linesOfEdit(edit)} would change outside the diff of the pull request`);
    placed.push({ ...edit, range });
  }
  const suggestions: Suggestion[] = [];
  const edits = merged(placed);
  let free = 0;
  for (const [index, edit] of edits.entries()) {
    const widened = widen(edit, newLines, free, edits[index + 1]?.from ?? oldLines.length);
    if (widened === undefined) return doesNotFit(`${path}: ${linesOfEdit(edit)} would become nothing that is seen`);
    const body = suggestionBlock(newLines.slice(widened.newFrom, widened.newTo));
    if (body.length > LONGEST_COMMENT)
      return doesNotFit(`${path}: ${linesOfEdit(edit)} would become too long for a comment`);
    suggestions.push({ path, first: widened.from + 1, last: widened.to, body });
    free = widened.to;
  }
  return { kind: 'suggestions', suggestions };
}

function problemOf(text: string): string | undefined {
  if (text.includes('\r')) return 'has carriage returns';
  if (text !== '' && !text.endsWith('\n')) return 'has no newline at its end';
  return UNFAITHFUL.test(text) || !text.isWellFormed() ? 'has control characters or a byte order mark' : undefined;
}

/** Text that is empty or ends with a newline, as lines without theirs. */
function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

/** An insertion needs one line beside it, on either side. */
function holds({ first, last }: LineRange, { from, to }: LineEdit): boolean {
  if (from < to) return first <= from + 1 && to <= last;
  return (first <= from && from <= last) || (first <= from + 1 && from + 1 <= last);
}

function merged(edits: readonly Placed[]): Placed[] {
  const result: Placed[] = [];
  for (const edit of edits) {
    const last = result.at(-1);
    if (last !== undefined && last.range === edit.range && edit.from - last.to < SMALLEST_GAP) {
      result.splice(-1, 1, { ...last, to: edit.to, newTo: edit.newTo });
    } else result.push(edit);
  }
  return result;
}

/**
 * Takes in untouched lines around an edit, inside its range and between its neighbours, until it replaces at least one line by text that is
 * seen: GitHub knows no suggestion beside a line, and it would be hard to tell no line from an empty one.
 */
function widen(edit: Placed, newLines: readonly string[], free: number, until: number): LineEdit | undefined {
  const { range } = edit;
  let { from, to, newFrom, newTo } = edit;
  const isSeen = () => from < to && newLines.slice(newFrom, newTo).some((line) => line.trim() !== '');
  while (!isSeen()) {
    if (from > Math.max(free, range.first - 1)) [from, newFrom] = [from - 1, newFrom - 1];
    else if (to < Math.min(until, range.last)) [to, newTo] = [to + 1, newTo + 1];
    else return undefined;
  }
  return { from, to, newFrom, newTo };
}

function suggestionBlock(lines: readonly string[]): string {
  const content = lines.join('\n');
  const longest = Math.max(0, ...Array.from(content.matchAll(/`+/g), ([run]) => run.length));
  const marks = '`'.repeat(Math.max(3, longest + 1));
  return `${marks}suggestion\n${content}\n${marks}`;
}

/** `line 7`, `lines 7 to 9`; of an insertion the line before it. */
function linesOfEdit({ from, to }: LineEdit): string {
  return to - from > 1 ? `lines ${from + 1} to ${to}` : `line ${Math.max(1, to)}`;
}

function doesNotFit(reason: string): DoesNotFit {
  return { kind: 'does-not-fit', reason };
}
