import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Marked, type Tokens } from 'marked';

const MARKDOWN_CSS = readFileSync(
  createRequire(import.meta.url).resolve('github-markdown-css/github-markdown.css'),
  'utf8',
);

/** Elements that GitHub lets through from raw HTML, without attributes here; of all others the tag is printed. */
const ALLOWED = new Set(
  'b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li ol p pre q s samp span strong sub summary sup table tbody td tfoot th thead tr tt ul var'.split(
    ' ',
  ),
);

/** A comment as GitHub shows it, as one HTML page that loads nothing. */
export function renderPage(
  markdown: string,
  { title, author = 'github-actions' }: { title: string; author?: string },
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>
${MARKDOWN_CSS}
${PAGE_CSS}
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<div class="row">
<div class="avatar" aria-hidden="true">${escapeHtml(author.slice(0, 1).toUpperCase())}</div>
<article class="comment">
<header><strong>${escapeHtml(author)}</strong> <span class="bot">bot</span> commented</header>
<div class="markdown-body">
${renderMarkdown(markdown)}
</div>
</article>
</div>
</main>
</body>
</html>
`;
}

/** GitHub's Markdown with its alerts, coloured diffs and harmless HTML. */
export function renderMarkdown(markdown: string): string {
  const marked = new Marked({ gfm: true });
  marked.use({
    renderer: {
      html: ({ text }: Tokens.HTML | Tokens.Tag) => allowedHtml(text),
      image: ({ text }) => escapeHtml(text),
      link(token) {
        const text = this.parser.parseInline(token.tokens);
        return /^https?:\/\//.test(token.href)
          ? `<a href="${escapeHtml(token.href)}" rel="nofollow">${text}</a>`
          : text;
      },
      code: ({ text, lang }) =>
        `<div class="highlight"><pre><code>${lang === 'diff' ? colouredDiff(text) : escapeHtml(text)}</code></pre></div>`,
      blockquote(token) {
        const body = this.parser.parse(token.tokens);
        const alert = /^<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\](?:<br>)?\s*/.exec(body);
        if (alert === null) return `<blockquote>${body}</blockquote>`;
        const kind = (alert[1] ?? '').toLowerCase();
        const name = kind.slice(0, 1).toUpperCase() + kind.slice(1);
        return `<div class="markdown-alert markdown-alert-${kind}"><p class="markdown-alert-title">${name}</p><p>${body.slice(alert[0].length)}</div>`;
      },
    },
  });
  return withMarks(marked.parse(markdown, { async: false }));
}

/** GitHub brings pictures for emoji that a machine has no font for; here they become coloured signs of a text font. */
function withMarks(html: string): string {
  const marks: Readonly<Record<string, string>> = {
    '✅': '<span class="mark good">✔</span>',
    '☑️': '<span class="mark right">☑</span>',
    '⚪': '<span class="mark none">○</span>',
    '❌': '<span class="mark bad">✘</span>',
  };
  return html.replace(/✅|☑\ufe0f|⚪|❌/gu, (mark) => marks[mark] ?? mark);
}

/** Comments go, allowed tags stay without their attributes, whatever else looks like a tag is printed. */
function allowedHtml(html: string): string {
  return html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(\/?)([A-Za-z][A-Za-z0-9]*)\b[^>]*>|<|>/g, (whole, slash: string, name: string | undefined) => {
      const tag = name?.toLowerCase() ?? '';
      if (whole === '<details open>') return whole;
      return ALLOWED.has(tag) ? `<${slash}${tag}>` : escapeHtml(whole);
    });
}

function colouredDiff(diff: string): string {
  const kinds: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'place' };
  return diff
    .split('\n')
    .map((line) => {
      const kind = /^(\+\+\+|---|diff |index |new file|deleted file)/.test(line) ? 'file' : kinds[line.slice(0, 1)];
      return kind ? `<span class="diff-${kind}">${escapeHtml(line)}</span>` : escapeHtml(line);
    })
    .join('\n');
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const PAGE_CSS = `
:root { color-scheme: light dark; --page: #ffffff; --frame: #d1d9e0; --bar: #f6f8fa; --text: #1f2328; --quiet: #59636e;
  --added: #dafbe1; --added-text: #116329; --removed: #ffebe9; --removed-text: #82071e; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0d1117; --frame: #3d444d; --bar: #151b23; --text: #f0f6fc; --quiet: #9198a1;
    --added: #033a16; --added-text: #aff5b4; --removed: #67060c; --removed-text: #ffdcd7; }
}
body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif, "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji"; }
main { max-width: 920px; margin: 24px auto; padding: 0 16px; }
main > h1 { font-size: 24px; font-weight: 400; margin: 0 0 16px; }
.row { display: flex; gap: 16px; align-items: flex-start; }
.avatar { flex: none; width: 40px; height: 40px; border-radius: 50%; background: #0969da; color: #ffffff; font-weight: 600; line-height: 40px; text-align: center; }
.comment { flex: 1; min-width: 0; border: 1px solid var(--frame); border-radius: 6px; }
.comment > header { padding: 8px 16px; background: var(--bar); color: var(--quiet); border-bottom: 1px solid var(--frame); border-radius: 6px 6px 0 0; }
.comment > header strong { color: var(--text); }
.bot { border: 1px solid var(--frame); border-radius: 2em; padding: 0 6px; font-size: 12px; }
.comment > .markdown-body { padding: 16px; font-size: 14px; border-radius: 0 0 6px 6px; }
.markdown-body details { margin-bottom: 12px; }
.mark { font-weight: 600; }
.mark.good { color: #1a7f37; } .mark.right { color: #0969da; } .mark.none { color: var(--quiet); } .mark.bad { color: #d1242f; }
.diff-added { background: var(--added); color: var(--added-text); }
.diff-removed { background: var(--removed); color: var(--removed-text); }
.diff-place, .diff-file { color: var(--quiet); }
@media (max-width: 600px) { .avatar { display: none; } }
`;
