import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { renderComment } from '../../src/report/comment.ts';
import { type Block, COMMENT_LIMIT, fitTo, type Limit, SUMMARY_LIMIT } from '../../src/report/fit.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { rendered, tagsOf } from './rendered.ts';
import { CONTEXT, hugeRun, mixedRun } from './samples.ts';

const upTo = (size: number): Limit => ({ name: `${size} characters`, size, measure: (text) => text.length });
const fitted = (blocks: readonly Block[], size: number): string =>
  fitTo(upTo(size), { blocks, notice: '[cut]', footer: 'end' });

describe('fitTo', () => {
  const blocks: Block[] = [
    { markdown: 'head' },
    { markdown: 'L'.repeat(100), shorter: [{ at: 1, markdown: 'log' }] },
    {
      markdown: 'D'.repeat(100),
      shorter: [
        { at: 2, markdown: 'diff' },
        { at: 3, markdown: '' },
      ],
    },
  ];

  it('leaves out nothing, and says nothing, while there is room', () => {
    expect(fitted(blocks, 300)).toBe(`head\n\n${'L'.repeat(100)}\n\n${'D'.repeat(100)}\n\nend`);
  });

  it('takes the lowest level that fits', () => {
    expect(fitted(blocks, 150)).toBe(`head\n\nlog\n\n${'D'.repeat(100)}\n\n[cut]\n\nend`);
    expect(fitted(blocks, 40)).toBe('head\n\nlog\n\ndiff\n\n[cut]\n\nend');
    expect(fitted(blocks, 23)).toBe('head\n\nlog\n\n[cut]\n\nend');
  });

  it('does not swap a short text for a longer note', () => {
    const short: Block[] = [{ markdown: 'x', shorter: [{ at: 1, markdown: 'left out' }] }, ...blocks];
    expect(fitted(short, 155)).toContain('x\n\nhead');
  });
});

describe('the limits', () => {
  it('count as GitHub does: code points in a comment, bytes in a summary', () => {
    expect(COMMENT_LIMIT.measure('🌈é\ud800')).toBe(3);
    expect(SUMMARY_LIMIT.measure('🌈é')).toBe(6);
  });
});

/** Every fold and fence that is opened is closed, and the end is the end. */
function expectWhole(markdown: string): void {
  const tags = tagsOf(rendered(markdown));
  expect(tags.filter((tag) => tag === '<details>')).toHaveLength(tags.filter((tag) => tag === '</details>').length);
  const last = marked.lexer(markdown.trimEnd()).at(-1);
  expect(last?.type).toBe('paragraph');
  expect(last?.raw).toContain('Kernelwright 0.1.0 on');
}

describe('a report that is too long', () => {
  it('keeps the comment within its limit and whole, and says what is missing and where it is', () => {
    const comment = renderComment(hugeRun(2, 400), CONTEXT);
    expect([...comment].length).toBeLessThanOrEqual(65_536);
    expectWhole(comment);
    expect(comment).toMatch(
      /_Shortened, because GitHub takes at most 65,536 characters in a comment\. The whole report is in the \[job summary\]/,
    );
    expect(comment).toMatch(/_What the turns printed is left out here; it is in the \[job summary\]\(https:/);
  });

  it('gives up logs before turns, turns before diffs, and the diff of the smallest gain first', () => {
    // Sizes chosen so that one of two diffs fits.
    const comment = renderComment(hugeRun(2, 500), CONTEXT);
    expect(comment).not.toContain('printed:');
    expect(comment).not.toContain('Idea 1.');
    expect(comment).toContain('**Turns** 15 turns: 1 × faster, 14 × does not compile.');
    const diffs = [...comment.matchAll(/\+\+\+ b\/kernels\/(\w+)\.cu/g)].map(([, name]) => name);
    expect(diffs).toEqual(['kernel_1']);
  });

  it.each([1, 12, 150, 400])('stays whole with %i targets', (targets) => {
    const outcome = hugeRun(targets, targets > 100 ? 20 : 500);
    const comment = renderComment(outcome, CONTEXT);
    expect([...comment].length).toBeLessThanOrEqual(65_536);
    expectWhole(comment);
    // The surest gain is the last thing to go.
    expect(comment).toContain(`<b>kernel_${targets - 1}</b>`);
  });

  it('keeps the summary within 1 MiB and sends readers on to the report files', () => {
    const summary = renderSummary(hugeRun(20, 900), CONTEXT);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024);
    expectWhole(summary);
    expect(summary).toContain('The whole report is in the report files of this run._');
    expect(renderSummary(mixedRun(), CONTEXT)).not.toContain('Shortened');
  });

  it('does not point to a job summary that is itself shortened', () => {
    expect(renderComment(hugeRun(20, 900), CONTEXT)).not.toContain('job summary');
  });
});
