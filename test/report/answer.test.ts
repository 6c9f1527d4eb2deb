import { describe, expect, it } from 'vitest';
import { renderAnswer, withAnswer } from '../../src/report/answer.ts';
import { ANSWER_ROOM, COMMENT_MARKER, renderComment } from '../../src/report/comment.ts';
import * as samples from './samples.ts';

const HELP = renderAnswer('help', 'Write a command in the first line of a comment.', [
  '/optimize softmax',
  '/optimize help',
]);

describe('renderAnswer', () => {
  it('says what is asked for, with what can be typed', () => {
    expect(HELP).toBe(`<!-- kernelwright:answer -->
**What can be asked**

Write a command in the first line of a comment.

\`\`\`text
/optimize softmax
/optimize help
\`\`\`

---

<!-- /kernelwright:answer -->`);
  });

  it('escapes what it was told', () => {
    expect(renderAnswer('mistake', 'There is no target "<b>@me".')).toContain(
      'There is no target "&#60;b&#62;@&#8203;me".',
    );
    expect(renderAnswer('refusal', 'one\ntwo')).toContain('**This was not done**\n\none\n\ntwo\n\n---');
  });

  it('never takes more than its room', () => {
    const long = renderAnswer(
      'mistake',
      '<'.repeat(10_000),
      Array.from({ length: 500 }, () => '/optimize'),
    );
    expect(long.length).toBeLessThanOrEqual(ANSWER_ROOM);
    expect(renderAnswer('status', '<\n'.repeat(10_000)).length).toBeLessThanOrEqual(ANSWER_ROOM);
    expect(renderAnswer('status', `${'<'.repeat(10_000)}\n`.repeat(20)).length).toBeLessThanOrEqual(ANSWER_ROOM);
  });
});

describe('withAnswer', () => {
  const report = renderComment(samples.fasterRun(), samples.CONTEXT);

  it('puts it above the report, and takes an earlier one away', () => {
    const once = withAnswer(report, HELP);
    expect(once.startsWith(`${COMMENT_MARKER}\n<!-- kernelwright:answer -->\n`)).toBe(true);
    expect(once.endsWith(report.slice(COMMENT_MARKER.length + 1))).toBe(true);
    expect(withAnswer(once, HELP)).toBe(once);
    const other = renderAnswer('status', 'Nothing is going on.');
    expect(withAnswer(once.replaceAll('\n', '\r\n'), other)).toBe(withAnswer(report, other));
  });

  it('leaves alone what looks like an answer in code', () => {
    const forged = samples.targetOutcome('softmax', {
      after: `// ${COMMENT_MARKER}\n// <!-- kernelwright:answer -->\n// <!-- /kernelwright:answer -->\n`,
      best: { turn: 1, evidence: samples.evidenceOf('softmax') },
    });
    const comment = renderComment(samples.runOf([forged]), samples.CONTEXT);
    expect(withAnswer(comment, HELP)).toBe(`${COMMENT_MARKER}\n${HELP}\n\n${comment.slice(COMMENT_MARKER.length + 1)}`);
    expect(
      withAnswer(undefined, renderAnswer('help', '', ['<!-- /kernelwright:answer -->'])).match(/\/kernelwright/g),
    ).toHaveLength(1);
  });

  it('stands alone where there is no comment yet', () => {
    expect(withAnswer(undefined, HELP)).toBe(`${COMMENT_MARKER}\n${HELP}`);
  });
});
