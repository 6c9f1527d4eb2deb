import { marked } from 'marked';
import { expect, it } from 'vitest';
import { renderCheck } from '../../src/report/check.ts';
import { renderComment } from '../../src/report/comment.ts';
import { leftOutList } from '../../src/report/left-out.ts';
import { renderResult } from '../../src/report/result.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { renderOutcome } from '../../src/report/terminal.ts';
import * as samples from './samples.ts';

const { CONTEXT } = samples;
const leftOut = [{ name: 'sum', because: 'kernels/sum.cu is not UTF-8 text; save it as UTF-8' }];
const outcome = { ...samples.fasterRun(), leftOut };
const LISTED =
  '**Left out**, because they cannot be read as they are:\n\n- <code>sum</code>: kernels/sum.cu is not UTF-8 text; save it as UTF-8';

it.each([
  ['comment', renderComment(outcome, CONTEXT)],
  ['check', renderCheck(outcome, CONTEXT).summary],
  ['job summary', renderSummary(outcome, CONTEXT)],
])('the %s tells what could not be read, and why', (_, text) => {
  expect(text).toContain(LISTED);
});

it('nothing is said where all could be read', () => {
  for (const none of [samples.fasterRun(), { ...samples.fasterRun(), leftOut: [] }]) {
    expect(renderComment(none, CONTEXT)).not.toContain('Left out');
    expect(JSON.parse(renderResult(none))).not.toHaveProperty('left_out');
  }
});

it('no check is a success while nobody knows of all, and a failure stays one', () => {
  expect(renderCheck(samples.fasterRun(), CONTEXT).conclusion).toBe('success');
  expect(renderCheck(outcome, CONTEXT).conclusion).toBe('neutral');
  const failed = { ...samples.columnSumNeverCompiled(), turns: [], baselineFailed: true as const, ended: 'no' };
  expect(renderCheck({ ...samples.runOf([failed]), leftOut }, CONTEXT).conclusion).toBe('failure');
});

it('is in the machine-readable result and on the terminal', () => {
  expect(JSON.parse(renderResult(outcome)).left_out).toEqual([{ target: 'sum', because: leftOut[0]?.because }]);
  expect(renderOutcome(outcome, { color: false })).toContain(`sum is left out: ${leftOut[0]?.because}`);
});

it('what a repository calls its files is shown and nothing else', () => {
  const because = 'a\n\n# @mona <img src=x> [x](https://evil.example) `b`|c.cu is a link\u202e';
  const html = marked.parse(leftOutList([{ name: '</code>**b**', because }]), { async: false });
  expect(html).not.toMatch(/<(img|a|h1|strong>b)/);
  expect(html).not.toContain('@mona');
  expect(html).toContain('⟨U+202E⟩');
});

it('is a list that a person reads through, however many there are', () => {
  const many = Array.from({ length: 500 }, (_, index) => ({ name: `k${index}`, because: 'x'.repeat(10_000) }));
  expect(leftOutList(many)).toMatch(/\n- … and 480 more$/);
  const report = renderComment({ ...samples.hugeRun(), leftOut: many }, CONTEXT);
  expect(report).toMatch(/Left out|500 kernels could not be read and are left out\./);
  expect([...report].length).toBeLessThanOrEqual(65_536);
});
