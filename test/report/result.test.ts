import { describe, expect, it } from 'vitest';
import { outputsOf, type Result, renderResult } from '../../src/report/result.ts';
import * as samples from './samples.ts';

const parsed = (text: string): Result => JSON.parse(text);

describe('renderResult', () => {
  it('holds each target with verdict, evidence and turns, without sources', () => {
    const text = renderResult(samples.mixedRun());
    const result = parsed(text);
    expect(result.improved).toBe(true);
    expect(result.targets.map(({ target, verdict }) => [target, verdict])).toEqual([
      ['column_sum', 'build-failed'],
      ['rms_norm', 'faster'],
      ['transpose', 'not-proven'],
      ['softmax', 'faster'],
    ]);
    const softmax = result.targets[3];
    expect(softmax?.evidence).toEqual(samples.mixedRun().targets[3]?.best?.evidence);
    expect(softmax?.candidate).toEqual({ hash: samples.softmaxFaster().best?.candidate.hash, trajectory: 1, turn: 3 });
    expect(softmax?.turns?.map(({ verdict }) => verdict)).toEqual(['build-failed', 'incorrect', 'not-proven']);
    expect(result.targets[0]?.turns?.[2]).toMatchObject({
      verdict: 'no-answer',
      reason: expect.stringContaining('no code block'),
    });
    expect(text).not.toContain('__global__');
    expect(result).not.toHaveProperty('truncated');
  });

  it.each([400_000, 120_000, 20_000, 2_000, 800])('stays JSON within %i bytes, and says what is missing', (limit) => {
    const text = renderResult(samples.hugeRun(60, 10), limit);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
    const result = parsed(text);
    expect(result.improved).toBe(true);
    if (limit < 400_000) expect(result.truncated).toMatch(/left out|cut|only/);
    for (const target of result.targets) expect(target.verdict).toBe('faster');
  });

  it("has a module's other modes with its evidence, and cuts what was said of them", () => {
    const said = 'a long reason '.repeat(1000);
    const modes = { eager: { kind: 'failed', reason: said }, compiled: { kind: 'timed', workloads: [] } } as const;
    const { best, ...outcome } = samples.softmaxFaster();
    const run = samples.runOf(best ? [{ ...outcome, best: { ...best, evidence: { ...best.evidence, modes } } }] : []);
    const shown = (text: string) => parsed(text).targets[0]?.evidence?.modes;
    expect(shown(renderResult(run))).toEqual({ ...modes, eager: { kind: 'failed', reason: said.trim() } });
    const [cut] = [shown(renderResult(run, 9_000))];
    expect(cut?.compiled).toEqual(modes.compiled);
    expect(JSON.stringify(cut).length).toBeLessThan(500);
  });

  it('never says faster without a GPU', () => {
    const run = samples.fasterRun();
    const targets = run.targets.map(({ best, ...rest }) => ({
      ...rest,
      ...(best ? { best: { ...best, evidence: { ...best.evidence, device: samples.EMULATED } } } : {}),
    }));
    const result = parsed(renderResult({ ...run, device: samples.EMULATED, targets }));
    expect(result.improved).toBe(false);
    expect(result.targets[0]).toMatchObject({ verdict: 'not-proven', evidence: { verdict: 'not-proven' } });
  });
});

describe('outputsOf', () => {
  it('gives the lower bound of the surest gain and the cost', () => {
    const { result, ...outputs } = outputsOf(samples.mixedRun());
    expect(outputs).toEqual({ improved: 'true', 'best-speedup': '1.804', 'cost-usd': '0.6120', slower: '[]' });
    expect(parsed(result).targets).toHaveLength(4);
  });

  it('leaves empty what is not known', () => {
    const run = samples.nothingFoundRun();
    const targets = run.targets.map((target) => {
      const { usd: _, ...usage } = target.usage;
      return { ...target, usage };
    });
    expect(outputsOf({ ...run, targets })).toMatchObject({ improved: 'false', 'best-speedup': '', 'cost-usd': '' });
  });
});
