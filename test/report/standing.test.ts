import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/core/evidence.ts';
import { headlines } from '../../src/report/headline.ts';
import { labelOfStanding } from '../../src/report/label.ts';
import { renderReport } from '../../src/report/report.ts';
import { renderResult } from '../../src/report/result.ts';
import { byImportance, claimable, improvements, isUnsandboxed, standingOf } from '../../src/report/standing.ts';
import * as samples from './samples.ts';

/** One kernel whose candidate the emulated device confirmed as right. */
function emulatedAlone() {
  const evidence = samples.evidenceOf('rms_norm', { device: samples.EMULATED, stage: 'confirm' });
  return samples.runOf([samples.targetOutcome('rms_norm', { best: { turn: 1, evidence } })], {
    device: samples.EMULATED,
  });
}

const proven = samples.confirmed('softmax', { estimate: 1.5, low: 1.4, high: 1.6, judge_clock: 1.5 }, []);
const best = (evidence: Evidence) => samples.targetOutcome('softmax', { best: { turn: 1, evidence } });

describe('standingOf', () => {
  it('calls a target improved when a GPU confirmed it', () => {
    expect(standingOf(best(proven))).toMatchObject({ kind: 'improved', speedup: { low: 1.4 } });
  });

  it.each([
    ['screened only', { ...proven, stage: 'screen' as const }],
    ['emulated', { ...proven, device: samples.EMULATED }],
    ['of another verdict', { ...proven, verdict: 'not-proven' as const }],
  ])('does not when the evidence is %s', (_, evidence) => {
    expect(standingOf(best(evidence))).toMatchObject({ kind: 'judged', verdict: 'not-proven', passed: true });
    expect(claimable(evidence)).toBe('not-proven');
  });

  it('does not when there is no interval', () => {
    const { speedup: _, ...timeless } = proven;
    expect(standingOf(best(timeless)).kind).toBe('judged');
  });

  it('takes the closest turn where there is no best', () => {
    const outcome = samples.columnSumNeverCompiled();
    expect(standingOf(outcome)).toMatchObject({ kind: 'judged', verdict: 'build-failed', passed: false });
    const slower = samples.judged(5, '', samples.evidenceOf('column_sum', { verdict: 'slower' }));
    expect(standingOf({ ...outcome, turns: [...outcome.turns, slower] })).toMatchObject({ verdict: 'slower' });
    expect(standingOf({ ...outcome, turns: [samples.malformed(1, 'prose')] })).toEqual({
      kind: 'unjudged',
      because: 'no-answer',
    });
  });
});

describe('a run', () => {
  it('is ordered by the surest gain', () => {
    expect(byImportance(samples.mixedRun().targets).map(({ target }) => target.name)).toEqual([
      'softmax',
      'rms_norm',
      'transpose',
      'column_sum',
    ]);
    expect(improvements(samples.mixedRun()).map(({ speedup }) => speedup.low)).toEqual([1.8049, 1.196]);
  });

  it('is unsandboxed when any part of it was', () => {
    expect(isUnsandboxed(samples.mixedRun())).toBe(false);
    expect(isUnsandboxed({ ...samples.unsandboxedRun(), sandbox: 'bubblewrap' })).toBe(true);
  });
});

describe('a candidate that only the quick screen found right', () => {
  const turn = samples.judged(1, '', samples.evidenceOf('softmax', { device: samples.EMULATED }));
  const target = samples.targetOutcome('softmax', { turns: [turn] });

  it('is not counted, and is called not confirmed', () => {
    const run = samples.runOf([target], { device: samples.EMULATED });
    expect(headlines(run)).toEqual(['softmax has no rewrite with right results; no GPU was there to time it.']);
    expect(labelOfStanding(standingOf(target)).words).toBe('not confirmed');
    expect(renderReport(run, samples.CONTEXT)).toContain('No proposal was confirmed as a gain. The closest one: ');
  });
});

describe('a target whose own code fails', () => {
  const target = {
    ...samples.targetOutcome('softmax', {
      ended:
        'kernels/softmax.cu itself does not compile, so there is nothing to improve on:\nsoftmax.cu(3): error: `x`',
    }),
    baselineFailed: true as const,
  };

  it('is said to be that, and not a failure of the model', () => {
    expect(standingOf(target)).toEqual({ kind: 'unjudged', because: 'baseline-failed' });
    const run = samples.runOf([target], { device: samples.EMULATED });
    expect(headlines(run)).toEqual(['softmax: your code could not be measured.']);
    expect(headlines(samples.runOf([target, target]))).toEqual(['2 kernels: your code could not be measured.']);
    const report = renderReport(run, samples.CONTEXT);
    expect(report).toContain('❌ your code could not be measured');
    expect(report).toContain(
      'No model was asked, because the code as it is could not be measured:\n\nkernels/softmax.cu itself',
    );
    expect(report).toContain('```text\nsoftmax.cu(3): error: `x`\n```');
    expect(report).not.toContain('no usable answer');
    expect(JSON.parse(renderResult(run)).targets[0]).toMatchObject({ verdict: 'baseline-failed' });
  });

  it('is not confused with one that the run did not come to', () => {
    const later = samples.targetOutcome('softmax', { ended: 'The GPU is gone.' });
    expect(labelOfStanding(standingOf(later)).words).toBe('not reached');
    expect(renderReport(samples.runOf([samples.softmaxFaster(), later]), samples.CONTEXT)).toContain(
      'The GPU is gone.',
    );
  });
});

describe('headline', () => {
  it.each([
    ['2 of 4 kernels can be made faster: up to 1.83× on NVIDIA H200, verified.', samples.mixedRun()],
    ['softmax can be made faster: 1.83× on NVIDIA H200, verified.', samples.fasterRun()],
    [
      '1 of 2 kernels can be made faster: 1.21× on NVIDIA H200, verified.',
      samples.runOf([samples.rmsNormFaster(), samples.transposeNotProven()]),
    ],
    ['rms_norm can be made faster: 1.21× on NVIDIA H200, measured without the sandbox.', samples.unsandboxedRun()],
    ['No faster version of column_sum was proven on NVIDIA H200.', samples.nothingFoundRun()],
    [
      'No faster version of any of the 2 kernels was proven on NVIDIA H200.',
      samples.runOf([samples.transposeNotProven(), samples.columnSumNeverCompiled()]),
    ],
    ['1 of 2 kernels has a rewrite with right results; no GPU was there to time it.', samples.emulatedRun()],
    ['rms_norm has a rewrite with right results; no GPU was there to time it.', emulatedAlone()],
    ['No kernel was changed that could be optimized.', samples.runOf([])],
  ])('%s', (sentence, run) => {
    expect(headlines(run)).toEqual([sentence]);
  });
});
