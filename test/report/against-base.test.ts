import { describe, expect, it } from 'vitest';
import type { AgainstBase } from '../../src/core/benchmark.ts';
import { againstBaseText, changeOf, slowerTargets, wrongTargets } from '../../src/report/against-base.ts';
import { renderComment } from '../../src/report/comment.ts';
import { headlines } from '../../src/report/headline.ts';
import { outputsOf, renderResult } from '../../src/report/result.ts';
import * as compared from './compared-samples.ts';
import * as samples from './samples.ts';

const { comparedAs } = compared;

describe('changeOf', () => {
  it.each<[string, AgainstBase]>([
    ['slower', comparedAs('slower', 0.87)],
    ['faster', comparedAs('faster', 1.3)],
    ['alike', comparedAs('not-proven', 1.01)],
    ['right', compared.RIGHT_UNTIMED],
    ['wrong', compared.OTHER_RESULTS],
    ['wrong', { ...compared.OTHER_RESULTS, verdict: 'rejected' }],
    ['unclear', comparedAs('rejected', 1.2)],
    ['same', { kind: 'same' }],
    ['absent', { kind: 'absent' }],
    ['failed', { kind: 'failed', reason: 'it does not compile' }],
  ])('says %s', (kind, againstBase) => {
    expect(changeOf(againstBase).kind).toBe(kind);
  });

  it('claims nothing of a comparison that was not timed, whatever its verdict', () => {
    expect(changeOf({ ...compared.RIGHT_UNTIMED, verdict: 'slower' }).kind).toBe('right');
    expect(changeOf({ ...compared.RIGHT_UNTIMED, verdict: 'faster' }).kind).toBe('right');
  });
});

describe('againstBaseText', () => {
  it.each<[string, AgainstBase]>([
    ['0.87× the speed of the base branch (99 % interval 0.86–0.88)', comparedAs('slower', 0.87)],
    [
      'neither faster nor slower than the base branch beyond doubt: 1.01× (99 % interval 0.99–1.03)',
      comparedAs('not-proven', 1.01),
    ],
    ['right, as the code of the base branch is; no times were compared', compared.RIGHT_UNTIMED],
    [
      'other results than the base branch’s: Wrong result: at rows=7, cols=31 the output y[3, 30] is 0.031, expected 0.029.',
      compared.OTHER_RESULTS,
    ],
    ['the same code as on the base branch', { kind: 'same' }],
    ['not on the base branch', { kind: 'absent' }],
    ['the code of the base branch could not be measured: it crashed', { kind: 'failed', reason: 'it crashed' }],
  ])('%s', (text, againstBase) => {
    expect(againstBaseText(againstBase)).toBe(text);
  });
});

describe('a pull request that makes a kernel slower', () => {
  const run = compared.slowerRun();

  it('is told so first, with the numbers, and then what was found', () => {
    expect(headlines(run)).toEqual([
      'This pull request makes softmax slower: 0.87× the speed of the base branch on NVIDIA H200.',
      '1 of 2 kernels can be made faster: 1.83× on NVIDIA H200, verified.',
    ]);
  });

  it('is as recorded', async () => {
    await expect(renderComment(run, samples.CONTEXT)).toMatchFileSnapshot('./snapshots/slower.md');
  });

  it('is in outputs and result', () => {
    expect(outputsOf(run).slower).toBe('["softmax"]');
    const { targets } = JSON.parse(renderResult(run));
    expect(targets[0].against_base).toEqual({ kind: 'same' });
    expect(targets[1].against_base).toEqual(comparedAs('slower', 0.871));
  });

  it('has the worst of several first', () => {
    const two = samples.runOf([
      { ...samples.rmsNormFaster(), againstBase: comparedAs('slower', 0.95) },
      { ...samples.softmaxFaster(), againstBase: comparedAs('slower', 0.8) },
    ]);
    expect(slowerTargets(two).map(({ outcome }) => outcome.target.name)).toEqual(['softmax', 'rms_norm']);
    expect(headlines(two)[0]).toContain('makes 2 of 2 kernels slower: softmax the most, 0.80×');
  });
});

describe('a pull request that breaks a kernel', () => {
  it('is told so before anything else', () => {
    const run = compared.brokenRun();
    expect(wrongTargets(run)).toHaveLength(1);
    expect(headlines(run)[0]).toBe('This pull request breaks transpose, measured against the base branch.');
    const comment = renderComment(run, samples.CONTEXT);
    expect(comment).toContain('<code>transpose</code>: Wrong result: at rows=7');
    expect(comment).toContain('Where other results are meant');
    expect(comment.indexOf('Wrong result')).toBeLessThan(comment.indexOf('can be made faster'));
  });
});

describe('a comment with comparisons', () => {
  it('is as recorded', async () => {
    await expect(renderComment(compared.comparedRun(), samples.CONTEXT)).toMatchFileSnapshot('./snapshots/compared.md');
  });
});
