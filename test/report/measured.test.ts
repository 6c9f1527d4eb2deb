import { describe, expect, it } from 'vitest';
import type { AgainstBase, OwnMeasurement } from '../../src/core/benchmark.ts';
import { NO_USAGE } from '../../src/core/model.ts';
import type { RunOutcome, TargetOutcome } from '../../src/core/outcome.ts';
import { renderCheck } from '../../src/report/check.ts';
import { renderComment } from '../../src/report/comment.ts';
import { headlines } from '../../src/report/headline.ts';
import { isBench, measuredTable } from '../../src/report/measured-table.ts';
import { renderResult } from '../../src/report/result.ts';
import { comparedAs, RIGHT_UNTIMED } from './compared-samples.ts';
import { HOSTILE } from './hostile.ts';
import { rendered, tagsOf } from './rendered.ts';
import * as samples from './samples.ts';

/* What `/optimize bench` is answered with: the code as it is, and nothing of a search. */

const CHECKS = [
  { name: 'oracle', status: 'passed' as const, detail: 'agrees' },
  { name: 'timing', status: 'skipped' as const, detail: 'there is no GPU here' },
];
const TIMES: OwnMeasurement = {
  workloads: [
    { name: 'rows=4096, cols=4096', us: 58.2, floor_us: 29.8 },
    { name: 'rows=512, cols=32000', us: 62 },
  ],
  checks: CHECKS,
};
const UNTIMED: OwnMeasurement = { workloads: [], checks: CHECKS };

function measured(sample: TargetOutcome, own: OwnMeasurement, againstBase?: AgainstBase): TargetOutcome {
  const { target, baseline } = sample;
  const unsearched = { target, baseline, trajectories: 0, turns: [], usage: NO_USAGE };
  return { ...unsearched, measured: own, ...(againstBase === undefined ? {} : { againstBase }) };
}

const timedAt = (...us: number[]) => ({
  kind: 'timed' as const,
  workloads: us.map((time, index) => ({
    name: TIMES.workloads[index]?.name ?? '',
    us: time,
    baseline_us: 58.2,
    speedup: 58.2 / time,
    low: 58 / time,
    high: 59 / time,
  })),
});

const softmax = (againstBase?: AgainstBase, own = TIMES) => measured(samples.softmaxFaster(), own, againstBase);
const module = (againstBase?: AgainstBase) =>
  measured(
    samples.rmsNormFaster(),
    { ...TIMES, modes: { eager: timedAt(60.1, 65.2), compiled: { kind: 'failed', reason: 'graph break @everyone' } } },
    againstBase,
  );
const broken = (): TargetOutcome => {
  const { target, baseline } = samples.transposeNotProven();
  const ended = 'kernels/transpose.cu itself does not compile:\ntranspose.cu(7): error';
  return { target, baseline, trajectories: 0, turns: [], usage: NO_USAGE, baselineFailed: true, ended };
};
const run = (targets: TargetOutcome[], changes: Partial<RunOutcome> = {}) =>
  samples.runOf(targets, { model: 'tuner', ...changes });
const emulated = (targets: TargetOutcome[]) => run(targets, { device: samples.EMULATED });

describe('a comment on code that was measured as it is', () => {
  it('has the table that bench prints, with the base branch and the other modes of a module', async () => {
    const comment = renderComment(
      run([softmax(comparedAs('faster', 1.31)), module({ kind: 'absent' }), broken()]),
      samples.CONTEXT,
    );
    await expect(comment).toMatchFileSnapshot('./snapshots/bench.md');
  });

  it('says what was checked where there is no GPU', async () => {
    const comment = renderComment(
      emulated([softmax(RIGHT_UNTIMED, UNTIMED), measured(samples.rmsNormFaster(), UNTIMED, { kind: 'same' })]),
      samples.CONTEXT,
    );
    await expect(comment).toMatchFileSnapshot('./snapshots/bench-emulated.md');
  });

  it('has harm first', () => {
    expect(headlines(run([softmax(comparedAs('slower', 0.8))]))).toEqual([
      'This pull request makes softmax slower: 0.80× the speed of the base branch on NVIDIA H200.',
      'softmax was measured as it is on NVIDIA H200 and reaches 49 % of what it allows.',
    ]);
  });

  it.each<[string, RunOutcome]>([
    ['softmax was measured as it is on NVIDIA H200 and reaches 51 % of what it allows.', run([softmax()])],
    ['2 of 3 kernels were measured as they are on NVIDIA H200.', run([softmax(), broken(), module()])],
    ['softmax passes its checks as it is; no GPU was there to time it.', emulated([softmax(undefined, UNTIMED)])],
    ['transpose: your code could not be measured.', run([broken()])],
  ])('begins with: %s', (sentence, outcome) => {
    expect(headlines(outcome)).toEqual([sentence]);
    expect(renderCheck(outcome, samples.CONTEXT).title).toBe(sentence);
  });
});

describe('the table', () => {
  it('leaves out columns of which no target has anything', () => {
    const { workloads } = TIMES;
    const without = { ...TIMES, workloads: workloads.map(({ name, us }) => ({ name, us })) };
    expect(measuredTable([softmax(undefined, without)], samples.H200).split('\n')[0]).toBe(
      '| Target | Workload | Head µs |',
    );
  });

  it('keeps a target that could not be measured', () => {
    expect(measuredTable([softmax(), broken()], samples.H200)).toMatch(/<code>transpose<\/code> \| – \| – \|/);
  });
});

it('is no answer to a search', () => {
  expect(isBench(run([softmax(), broken()]))).toBe(true);
  expect(isBench(run([broken()]))).toBe(false);
  expect(isBench(run([]))).toBe(false);
  expect(isBench(run([softmax(), samples.transposeNotProven()]))).toBe(false);
});

it('is in the result', () => {
  const { targets } = JSON.parse(renderResult(run([softmax({ kind: 'same' })])));
  expect(targets).toMatchObject([{ verdict: 'measured', measured: TIMES, against_base: { kind: 'same' }, turns: [] }]);
});

it.each(HOSTILE.map((text) => [text]))('lets nothing through that others wrote: %j', (text) => {
  const own = {
    workloads: TIMES.workloads.map((times) => ({ ...times, name: text })),
    checks: CHECKS.map((check) => ({ ...check, name: text, detail: text })),
    modes: { eager: { kind: 'failed', reason: text }, compiled: { kind: 'not-possible', reason: text } },
  } as const;
  const outcome = measured(samples.softmaxFaster(), own, { kind: 'failed', reason: text });
  const targets = [{ ...outcome, target: { ...outcome.target, name: `x${text}` } }];
  const html = rendered(renderComment(run(targets), samples.CONTEXT));
  const names = new Set(tagsOf(html).map((tag) => tag.replace(/^<\/?([!a-z0-9-]+)[\s\S]*$/, '$1')));
  const known = '!-- a b br code details h3 p span strong sub summary table tbody td th thead tr'.split(' ');
  expect([...names].filter((name) => !known.includes(name) && !name.startsWith('!--'))).toEqual([]);
  expect(tagsOf(html).filter((tag) => tag.startsWith('<a') && tag !== `<a href="${samples.CONTEXT.runUrl}">`)).toEqual(
    [],
  );
  const prose = html.replace(/<(pre|code)\b[\s\S]*?<\/\1>/g, '');
  expect(prose.replaceAll('\u200b', ' ').replaceAll('&#8203;', ' ')).not.toMatch(/@[A-Za-z0-9]/);
});
