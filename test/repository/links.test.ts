import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFiles, ROOT, read } from './project.ts';

const pages = projectFiles('README.md', 'docs/*.md');

describe('links between pages', () => {
  it.each(pages)('in %s lead somewhere', (page) => {
    const broken = [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)]
      .map(([, link]) => link ?? '')
      .filter((link) => !leadsSomewhere(page, link));
    expect(broken).toEqual([]);
  });
});

function leadsSomewhere(page: string, link: string): boolean {
  const [file, anchor] = link.split('#');
  const target = file ? posix.join(posix.dirname(page), file) : page;
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || headings(read(target)).includes(anchor);
}

/** As GitHub derives anchors from headings: lower case, punctuation dropped, spaces to hyphens. */
function headings(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    (title ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
