import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { codeText, escapeLog, escapeText, fence, oneLine, unlinked, visible } from '../../src/report/escape.ts';
import { HOSTILE, hostileMixtures } from './hostile.ts';
import { rendered, tagsOf, textOf } from './rendered.ts';

const STRINGS = [...HOSTILE, ...hostileMixtures(1_500)];

/** Where reports put untrusted text, and the tags that the place itself makes. */
const PLACES: Readonly<Record<string, (text: string) => string>> = {
  paragraph: (text) => `Before ${text} after`,
  'start of a paragraph': (text) => `${text} after`,
  'table cell': (text) => `| a | b |\n| - | - |\n| ${text} | last |`,
  heading: (text) => `### ${text}`,
  summary: (text) => `<details>\n<summary>${text}</summary>\n\ninside\n\n</details>`,
  bold: (text) => `**x** <sub>${text}</sub>`,
};

it('unlinked keeps the words and lets nothing be taken for a mention, an issue or an address', () => {
  expect(unlinked('Closes #12\n@octocat GH-7 https://a.b')).toBe(
    'Closes #\u200b12 @\u200boctocat GH-\u200b7 https:\u200b//a.b',
  );
  for (const text of STRINGS) expect(unlinked(text), JSON.stringify(text)).not.toMatch(/@\w|#\d|\bGH-\d|:\/\/|\n/i);
});

describe('escapeText', () => {
  for (const [name, place] of Object.entries(PLACES)) {
    it(`lets no tag, link or other markup through in a ${name}, and keeps the text`, () => {
      const expectedTags = tagsOf(rendered(place('X')));
      for (const text of STRINGS) {
        const html = rendered(place(escapeText(text))).replaceAll('<span>$</span>', '$');
        // An empty cell or heading makes the same tags; only the words differ.
        expect(tagsOf(html), JSON.stringify(text)).toEqual(expectedTags);
        const frame = textOf(rendered(place('X'))).split('X');
        const seen = textOf(html);
        expect(seen.replace(/\s+/g, ' ').trim(), JSON.stringify(text)).toBe(
          frame.join(oneLine(text)).replace(/\s+/g, ' ').trim(),
        );
      }
    });
  }

  it('breaks what GitHub looks for in rendered text: mentions, issues, commits, addresses', () => {
    for (const text of STRINGS) {
      const seen = rendered(escapeText(text)).replace(/&#(\d+);/g, (_, code: string) =>
        String.fromCodePoint(Number(code)),
      );
      expect(seen).not.toMatch(/@[A-Za-z0-9]/);
      expect(seen).not.toMatch(/#\d/);
      expect(seen).not.toMatch(/\bGH-\d/i);
      expect(seen).not.toMatch(/:\/\//);
      expect(seen).not.toMatch(/www\./i);
      expect(seen).not.toMatch(/\b4f2d8e91c07ab35d6611e8a0b9c2d47f8e350a1b\b/);
    }
  });

  it('leaves ordinary words as they are', () => {
    const words = 'Loads four floats at a time (float4), keeps row_max in registers; 16777216 elements, 1.5 µs.';
    expect(escapeText(words)).toBe(words);
  });

  it('cuts by code points, before it escapes', () => {
    expect(escapeText('🌈🌈🌈🌈', 3)).toBe('🌈🌈…');
    expect(escapeText('<<<<', 2)).toBe('&#60;…');
  });
});

describe('codeText', () => {
  it('holds inside a table cell whatever the text', () => {
    for (const text of STRINGS) {
      const html = rendered(`| a | b |\n| - | - |\n| ${codeText(text)} | last |`).replaceAll('<span>$</span>', '$');
      expect(tagsOf(html).filter((tag) => tag.startsWith('<code'))).toHaveLength(1);
      expect(html, JSON.stringify(text)).toContain('<td>last</td>');
      expect(html).not.toContain('<a');
    }
  });
});

describe('fence', () => {
  it('is ended by nothing that it holds', () => {
    for (const text of STRINGS) {
      const tokens = marked.lexer(`${fence(text, 'text')}\n\nafter`).filter((token) => token.type !== 'space');
      expect(
        tokens.map((token) => token.type),
        JSON.stringify(text),
      ).toEqual(['code', 'paragraph']);
      // Only trailing line ends may differ.
      expect((tokens[0] as { text: string }).text.trimEnd()).toBe(visible(text).trimEnd());
    }
  });
});

describe('visible', () => {
  it('spells out every character that is unseen or that reorders others', () => {
    expect(visible('a\u202eb\u200bc\u0000d\ufeff')).toBe('a⟨U+202E⟩b⟨U+200B⟩c⟨U+0000⟩d⟨U+FEFF⟩');
    expect(visible('tag\u{e0041}')).toBe('tag⟨U+E0041⟩');
  });

  it('keeps line ends, tabs and the style of an emoji, drops terminal colours, mends broken UTF-16', () => {
    expect(visible('a\tb\r\nc')).toBe('a\tb\nc');
    expect(visible('⚠️ x\ufe0f')).toBe('⚠️ x⟨U+FE0F⟩');
    expect(visible('\u001b[31mred\u001b[0m')).toBe('red');
    expect(visible('\ud800')).toBe('\ufffd');
  });
});

describe('escapeLog', () => {
  it('leaves no workflow command', () => {
    for (const text of STRINGS) {
      const log = escapeLog(text);
      for (const line of log.split(/\r\n|\r|\n/)) expect(line.trimStart().startsWith('::')).toBe(false);
      expect(log).not.toMatch(/##\[|##vso\[/);
    }
  });

  it('keeps C++ scopes and other text', () => {
    expect(escapeLog('error: std::max is ambiguous')).toBe('error: std::max is ambiguous');
    expect(escapeLog('  ::set-output name=x::y\r\n##[error]z')).toBe('  : :set-output name=x::y\n## [error]z');
    expect(escapeLog('a\r::warning::b')).toBe('a⟨U+000D⟩::warning::b');
  });
});
