import { stripVTControlCharacters } from 'node:util';

/*
 * Everything that a model, a compiler or a repository wrote is hostile. Each function here takes such text to one place where
 * people or machines read it: running Markdown (`escapeText`, `codeText`), a block of code (`fence`), a log (`escapeLog`).
 */

const ZERO_WIDTH_SPACE = '\u200b';

/** Characters that are not seen or that reorder others: controls, bidi marks, zero-width, fillers, separators that are not `\n`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u0000]/gu;
const EMOJI_STYLE = /(?<=\p{Extended_Pictographic})\ufe0f/u;

/** What Markdown or HTML could take for structure: anywhere, around words (`_`), and at the start of a line. */
const MARKUP = /[&<>\\`*~[\]|#\u200b]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^[+=:-]|(?<=^\d+)[.)](?=\s|$)/g;

/** Shows what is hidden: terminal colours go, every other unseen character becomes `⟨U+202E⟩`. Line ends become `\n`. */
export function visible(text: string): string {
  return stripVTControlCharacters(text.toWellFormed())
    .replaceAll('\r\n', '\n')
    .replace(UNSEEN, (character, offset: number, whole: string) => {
      if (character === '\ufe0f' && EMOJI_STYLE.test(whole.slice(Math.max(0, offset - 2), offset + 1)))
        return character;
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      return `⟨U+${code}⟩`;
    });
}

/** The text on one line, cut to at most `limit` code points. */
export function oneLine(text: string, limit = Number.POSITIVE_INFINITY): string {
  const line = visible(text).replace(/\s+/g, ' ').trim();
  if (line.length <= limit) return line;
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}

/**
 * Untrusted text for running Markdown, a table cell, a list item or an HTML element: one line in which nothing is markup.
 *
 * Entities, because CommonMark never takes them for structure and they also hold inside HTML blocks such as `<summary>`, where a
 * backslash would be printed. GitHub looks for mentions, issues, commits and addresses after the entities are resolved, so
 * those are broken by a zero-width space.
 */
export function escapeText(text: string, limit?: number): string {
  return unlinked(text, limit).replace(MARKUP, entity).replaceAll('$', '<span>$</span>');
}

/** Untrusted text for a place that knows no markup, such as a commit's message or a title: one line that mentions nobody and closes no issue. */
export function unlinked(text: string, limit?: number): string {
  return oneLine(text, limit)
    .replace(/@/g, `@${ZERO_WIDTH_SPACE}`)
    .replace(/#(?=\d)/g, `#${ZERO_WIDTH_SPACE}`)
    .replace(/\bGH-(?=\d)/gi, `$&${ZERO_WIDTH_SPACE}`)
    .replace(/:(?=\/\/)/g, `:${ZERO_WIDTH_SPACE}`)
    .replace(/www(?=\.)/gi, `$&${ZERO_WIDTH_SPACE}`)
    .replace(/\b[0-9a-f](?=[0-9a-f]{6,39}\b)(?=[0-9]*[a-f])/gi, `$&${ZERO_WIDTH_SPACE}`);
}

/** The same, set as code. An element, because a code span cannot hold every pipe and backtick inside a table. */
export function codeText(text: string, limit?: number): string {
  return `<code>${escapeText(text, limit)}</code>`;
}

/** A block of untrusted text; its fence is longer than any run of backticks inside, so nothing in it can end it. */
export function fence(text: string, language: 'diff' | 'text' | 'sh'): string {
  const content = visible(text).replace(/\n+$/, '');
  const longest = Math.max(0, ...Array.from(content.matchAll(/`+/g), ([run]) => run.length));
  const marks = '`'.repeat(Math.max(3, longest + 1));
  return `${marks}${language}\n${content}\n${marks}`;
}

/** Untrusted text for a workflow's log: no line can be read as a command such as `::set-output` or `##[error]`. */
export function escapeLog(text: string): string {
  return visible(text)
    .replace(/^([^\S\n]*):(?=:)/gm, '$1: ')
    .replace(/##(?=\[|vso\[)/g, '## ');
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
