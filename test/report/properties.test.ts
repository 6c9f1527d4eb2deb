import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TargetOutcome } from '../../src/core/outcome.ts';
import { renderAnswer, withAnswer } from '../../src/report/answer.ts';
import { renderCheck } from '../../src/report/check.ts';
import { ANSWER_ROOM, COMMENT_MARKER, renderComment } from '../../src/report/comment.ts';
import { COMMENT_LIMIT } from '../../src/report/fit.ts';
import { renderCancelled, renderProgress } from '../../src/report/progress-comment.ts';
import { progressState } from '../../src/report/progress-state.ts';
import { outputsOf } from '../../src/report/result.ts';
import * as compared from './compared-samples.ts';
import { HOSTILE, poisoned } from './hostile.ts';
import { PROGRESS_CONTEXT, unfinished } from './progress-samples.ts';
import { rendered, tagsOf, textOf } from './rendered.ts';
import * as samples from './samples.ts';

/** Any text that a model, a compiler, a branch or a file may have, with much of what Markdown and HTML take for structure. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
  fc
    .array(
      fc.constantFrom(...HOSTILE, ...'`~<>|\\[]()#@*_-+=!&$:;\n\r\t '.split(''), '</details>', '```', '-->', '<!--'),
      {
        maxLength: 12,
      },
    )
    .map((pieces) => pieces.join('')),
);

const RUNS = [compared.comparedRun(), compared.slowerRun(), compared.brokenRun(), samples.emulatedRun()];

const OWN = new Set(
  'a b blockquote br code details em h3 hr li ol p pre span strong sub summary table tbody td th thead tr ul'.split(
    ' ',
  ),
);
const OWN_COMMENTS = [COMMENT_MARKER, '<!-- kernelwright:answer -->', '<!-- /kernelwright:answer -->'];

/** Holds of whatever is put on GitHub: no element but ours, no link but ours, nobody is pinged, and whatever is opened is closed. */
function expectHarmless(markdown: string): void {
  const html = rendered(markdown);
  const open: string[] = [];
  for (const tag of tagsOf(html)) {
    if (tag.startsWith('<!--')) {
      expect(OWN_COMMENTS).toContain(tag);
      continue;
    }
    const [, slash, name = ''] =
      /^<(\/?)([a-z0-9]+)( align="[a-z]+"| class="language-[a-z]+"| href="[^"]*")?>$/.exec(tag) ?? [];
    expect(OWN.has(name), `${tag} in ${JSON.stringify(markdown)}`).toBe(true);
    if (name === 'a' && slash === '') expect(tag).toBe(`<a href="${samples.CONTEXT.runUrl}">`);
    if (slash === '/') expect(open.pop()).toBe(name);
    else if (name !== 'br' && name !== 'hr') open.push(name);
  }
  expect(open).toEqual([]);
  const prose = html
    .replace(/<(pre|code)\b[\s\S]*?<\/\1>/g, '')
    .replaceAll('\u200b', ' ')
    .replaceAll('&#8203;', ' ');
  expect(textOf(prose)).not.toMatch(/@[A-Za-z0-9]|#\d/);
  expect(markdown.isWellFormed()).toBe(true);
}

const some = fc.array(hostile, { minLength: 1, maxLength: 8 });
const run = fc.constantFrom(...RUNS);
const OPTIONS = { numRuns: 60, seed: 20_261_122 } as const;

describe('whatever a model, a compiler or a repository writes', () => {
  it('is harmless in the final comment, which keeps its size', () => {
    fc.assert(
      fc.property(run, some, (sample, texts) => {
        const outcome = poisoned(sample, texts);
        const comment = renderComment(outcome, samples.CONTEXT);
        expectHarmless(comment);
        expect(COMMENT_LIMIT.measure(comment)).toBeLessThanOrEqual(COMMENT_LIMIT.size);
        expect(renderComment(outcome, samples.CONTEXT)).toBe(comment);
      }),
      OPTIONS,
    );
  });

  it('is harmless in the progress comment, running or cancelled', () => {
    const { names, events } = unfinished();
    fc.assert(
      fc.property(some, fc.nat(events.length), hostile, (texts, length, because) => {
        let next = 0;
        const poison = <T>(value: T): T =>
          JSON.parse(JSON.stringify(value), (key, old) =>
            ['summary', 'problem', 'reason', 'detail', 'log'].includes(key) ? texts[next++ % texts.length] : old,
          );
        const first = texts[0] ?? '';
        const renamed = poison(events.slice(0, length)).map((event) =>
          event.target === 'softmax' ? { ...event, target: first } : event,
        );
        const state = progressState(
          names.map((name) => (name === 'softmax' ? first : name)),
          renamed,
        );
        const context = { ...PROGRESS_CONTEXT, model: first };
        for (const comment of [renderProgress(state, context), renderCancelled(state, context, because)]) {
          expectHarmless(comment);
          expect(COMMENT_LIMIT.measure(comment)).toBeLessThanOrEqual(COMMENT_LIMIT.size);
        }
      }),
      OPTIONS,
    );
  });

  it('is harmless in an answer, which takes its place and no more', () => {
    const report = renderComment(samples.fasterRun(), samples.CONTEXT);
    fc.assert(
      fc.property(fc.constantFrom('help', 'status', 'mistake', 'refusal'), hostile, some, (kind, text, usage) => {
        const answer = renderAnswer(kind, text, usage);
        expect(answer.length).toBeLessThanOrEqual(ANSWER_ROOM);
        const comment = withAnswer(report, answer);
        expectHarmless(comment);
        expect(withAnswer(comment, answer)).toBe(comment);
      }),
      OPTIONS,
    );
  });

  it('is harmless in a check, whose lines and sizes are what GitHub takes', () => {
    fc.assert(
      fc.property(run, some, (sample, texts) => {
        const check = renderCheck(poisoned(sample, texts), samples.CONTEXT);
        expectHarmless(check.summary);
        expectHarmless(check.text);
        expect(check.title.length).toBeLessThanOrEqual(255);
        expect(check.title).not.toMatch(/\n/);
        for (const { firstLine, lastLine, title, message } of check.annotations) {
          expect(firstLine).toBeGreaterThanOrEqual(1);
          expect(lastLine).toBeGreaterThanOrEqual(firstLine);
          expect(title.length).toBeLessThanOrEqual(255);
          expect(message).not.toMatch(/\n/);
        }
      }),
      OPTIONS,
    );
  });

  it('stays data in the outputs', () => {
    fc.assert(
      fc.property(run, some, (sample, texts) => {
        const outcome = poisoned(sample, texts);
        const outputs = outputsOf(outcome);
        expect(JSON.parse(outputs.result).targets).toHaveLength(outcome.targets.length);
        const names: string[] = JSON.parse(outputs.slower);
        expect(names.every((name) => outcome.targets.some(({ target }) => target.name === name))).toBe(true);
      }),
      OPTIONS,
    );
  });

  it('is never cut in the middle, however little room there is for it', () => {
    const long = fc.array(hostile, { minLength: 20, maxLength: 40 }).map((texts) => texts.join('\n').repeat(20));
    fc.assert(
      fc.property(fc.array(long, { minLength: 1, maxLength: 3 }), (texts) => {
        const targets: TargetOutcome[] = Array.from({ length: 30 }, () => samples.softmaxFaster());
        const comment = renderComment(poisoned(samples.runOf(targets), texts), samples.CONTEXT);
        expectHarmless(comment);
        expect(COMMENT_LIMIT.measure(comment)).toBeLessThanOrEqual(COMMENT_LIMIT.size);
      }),
      { ...OPTIONS, numRuns: 4 },
    );
  });
});
