import { marked } from 'marked';

/** The HTML that GitHub's Markdown makes of `markdown`, without any sanitizing: what gets through here got through. */
export function rendered(markdown: string): string {
  return marked.parse(markdown, { gfm: true, async: false });
}

/** The tags of an HTML text, in order, attributes and all. */
export function tagsOf(html: string): string[] {
  return html.match(/<[!/?A-Za-z][^>]*>?/g) ?? [];
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };

/** What a reader sees of an HTML text, without the zero-width spaces that keep GitHub from linking. */
export function textOf(html: string): string {
  return html
    .replace(/<[!/?A-Za-z][^>]*>/g, '')
    .replace(/&(?:#(\d+)|(lt|gt|quot|amp));/g, (_, code?: string, name = '') =>
      code === undefined ? (NAMED[name] ?? name) : String.fromCodePoint(Number(code)),
    )
    .replaceAll('\u200b', '');
}
