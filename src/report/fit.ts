/*
 * GitHub refuses what is too long, and half a fence or half a table would swallow the rest of a page. So a report is made of
 * whole blocks, each of which knows what may stand in its place, and from which level of need on.
 */

export interface Block {
  readonly markdown: string;
  /** From level `at` on, `markdown` stands instead; in ascending order. */
  readonly shorter?: readonly { readonly at: number; readonly markdown: string }[];
}

export interface Limit {
  /** As GitHub calls it: `65,536 characters in a comment`. */
  readonly name: string;
  readonly size: number;
  readonly measure: (text: string) => number;
}

/**
 * GitHub says 65,536 characters and has been seen to store up to 262,144 bytes; 65,536 code points are never more than
 * either.
 */
export const COMMENT_LIMIT: Limit = { name: '65,536 characters in a comment', size: 65_536, measure: codePoints };

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits */
export const SUMMARY_LIMIT: Limit = { name: '1 MiB in a job summary', size: 1024 * 1024, measure: Buffer.byteLength };

/** Of a check run's summary, and of its text. GitHub says characters; there are never more of them than bytes. */
export const CHECK_LIMIT: Limit = { name: '65,535 characters in a check', size: 65_535, measure: Buffer.byteLength };

export const NO_LIMIT: Limit = { name: 'none', size: Number.POSITIVE_INFINITY, measure: (text) => text.length };

function codePoints(text: string): number {
  let surrogatePairs = 0;
  for (const _ of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) surrogatePairs++;
  return text.length - surrogatePairs;
}

export interface Layout {
  readonly blocks: readonly Block[];
  /** Says that something was left out and where it is; printed only when that is so. */
  readonly notice: string;
  readonly footer: string;
}

/** The text with the least need that keeps the limit: blocks are joined by empty lines, and none is ever cut. */
export function fitTo(limit: Limit, { blocks, notice, footer }: Layout): string {
  const levels = [...new Set(blocks.flatMap((block) => block.shorter?.map(({ at }) => at) ?? []))].sort(
    (a, b) => a - b,
  );
  const render = (level: number | undefined): string =>
    [...blocks.map((block) => atLevel(block, level)), level === undefined ? '' : notice, footer]
      .filter((part) => part !== '')
      .join('\n\n');

  const whole = render(undefined);
  if (limit.measure(whole) <= limit.size || levels.length === 0) return whole;
  let low = 0;
  let high = levels.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (limit.measure(render(levels[middle])) <= limit.size) high = middle;
    else low = middle + 1;
  }
  return render(levels[low]);
}

/** A replacement that is no shorter is not used, so that a higher level never makes a longer text. */
function atLevel(block: Block, level: number | undefined): string {
  let markdown = block.markdown;
  for (const step of block.shorter ?? []) {
    if (level !== undefined && step.at <= level && step.markdown.length < markdown.length) markdown = step.markdown;
  }
  return markdown;
}
