import { describe, expect, it } from 'vitest';
import { COMMENT_MARKER, renderComment } from '../../src/report/comment.ts';
import { HOSTILE } from '../report/hostile.ts';
import { CONTEXT, mixedRun, unsandboxedRun } from '../report/samples.ts';
import { renderMarkdown, renderPage } from './render-page.ts';

describe('renderPage', () => {
  it('is one page that loads nothing', () => {
    const page = renderPage(renderComment(mixedRun(), CONTEXT), { title: 'Faster <kernels> #7' });
    expect(page).toContain('<title>Faster &lt;kernels&gt; #7</title>');
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<link|<img|src=|url\((?!"?data:)|@import/i);
    expect(page).toContain('prefers-color-scheme: dark');
  });

  it('shows folds, tables, coloured diffs and alerts, and hides the marker', () => {
    const html = renderMarkdown(renderComment(mixedRun(), CONTEXT));
    expect(html.match(/<details>/g)).toHaveLength(4);
    expect(html.match(/<\/details>/g)).toHaveLength(4);
    expect(html).toContain('<summary><span class="mark good">✔</span> <b>softmax</b> faster: 1.83×');
    expect(html).toContain('<span class="diff-removed">-  const float largest = shared[0];</span>');
    expect(html).not.toContain(COMMENT_MARKER);
    const alert = renderMarkdown(renderComment(unsandboxedRun(), CONTEXT));
    expect(alert).toContain(
      '<div class="markdown-alert markdown-alert-caution"><p class="markdown-alert-title">Caution</p><p><strong>sandbox: off.',
    );
  });

  it('lets through of raw HTML only what GitHub would', () => {
    expect(renderMarkdown('a <sub>b</sub> <details open onclick="x()">c</details>')).toBe(
      '<p>a <sub>b</sub> <details>c</details></p>\n',
    );
    for (const text of HOSTILE) {
      const html = renderMarkdown(text);
      expect(html).not.toMatch(/<(script|img|iframe|style|form)\b/i);
      expect(html).not.toMatch(/<[a-z]+[^>]*\son\w+=/i);
      expect(html).not.toMatch(/href="(?!https?:)/);
    }
  });
});
