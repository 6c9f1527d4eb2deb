import { describe, expect, it } from 'vitest';
import type { RunOutcome } from '../../src/core/outcome.ts';
import { type CheckRun, renderCheck } from '../../src/report/check.ts';
import * as compared from './compared-samples.ts';
import * as samples from './samples.ts';

const { CONTEXT } = samples;
const failed = {
  ...samples.columnSumNeverCompiled(),
  turns: [],
  baselineFailed: true as const,
  ended: 'kernels/column_sum.cu itself does not compile.',
};

describe('renderCheck', () => {
  it.each<[CheckRun['conclusion'], string, RunOutcome]>([
    ['success', 'a gain is proven', samples.fasterRun()],
    ['success', 'the pull request is no worse', compared.comparedRun()],
    [
      'success',
      'nothing changed',
      samples.runOf([{ ...samples.columnSumNeverCompiled(), againstBase: { kind: 'same' } }]),
    ],
    ['failure', 'the pull request is slower', compared.slowerRun()],
    ['failure', 'it gives other results', compared.brokenRun()],
    ['failure', 'its code does not do its own job', samples.runOf([failed])],
    ['neutral', 'nothing was compared or found', samples.nothingFoundRun()],
    ['neutral', 'there is no GPU', samples.emulatedRun()],
    ['neutral', 'there are no targets', samples.runOf([])],
  ])('%s where %s', (conclusion, _, outcome) => {
    expect(renderCheck(outcome, CONTEXT).conclusion).toBe(conclusion);
  });

  it('annotates the lines of the kernel', () => {
    const { annotations, title } = renderCheck(compared.slowerRun(), CONTEXT);
    expect(title).toMatch(/^This pull request makes softmax slower: 0\.87×/);
    const lines = { path: 'kernels/softmax.cu', firstLine: 30, lastLine: 30 };
    expect(annotations).toEqual([
      {
        ...lines,
        level: 'failure',
        title: 'softmax is slower than on the base branch',
        message:
          'This pull request against the base branch: 0.87× the speed of the base branch (99 % interval 0.86–0.88)',
      },
      {
        ...lines,
        level: 'notice',
        title: 'softmax can be made faster: 1.83×',
        message:
          'A confirmed version of it has 1.83× its speed, at least 1.80× (99 % interval 1.80–1.86). The diff is in the report.',
      },
    ]);
  });

  it('says at a kernel that its own code fails, or does something else', () => {
    expect(renderCheck(samples.runOf([failed]), CONTEXT).annotations).toMatchObject([
      { level: 'failure', title: 'column_sum could not be measured', message: failed.ended },
    ]);
    expect(renderCheck(compared.brokenRun(), CONTEXT).annotations[0]).toMatchObject({
      level: 'failure',
      title: 'transpose does not do what it does on the base branch',
      message: expect.stringContaining('other results than the base branch’s: Wrong result'),
    });
  });

  it('keeps what GitHub takes', () => {
    const huge = renderCheck(samples.hugeRun(60, 60), CONTEXT);
    expect(huge.title.length).toBeLessThanOrEqual(255);
    for (const text of [huge.summary, huge.text]) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_535);
      expect(text.length).toBeGreaterThan(500);
    }
    expect(huge.text).toContain('Shortened, because GitHub takes at most 65,535 characters in a check');
  });

  it('marks every target that there is something to say of', () => {
    expect(renderCheck(samples.hugeRun(60, 60), CONTEXT).annotations).toHaveLength(60);
  });

  it('has the tables in its summary and the targets in its text', () => {
    const { summary, text } = renderCheck(compared.comparedRun(), CONTEXT);
    expect(summary).toContain('| Target | Verdict | Head vs base |');
    expect(summary).not.toContain('<details>');
    expect(text).toContain('<details>');
    expect(renderCheck(samples.runOf([]), CONTEXT).summary).toBe('Nothing was measured.');
  });
});
