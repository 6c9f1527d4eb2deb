import { describe, expect, it } from 'vitest';
import type { WorkloadTimes } from '../../src/core/evidence.ts';
import { pairedVerdict } from '../../src/measure/paired-verdict.ts';
import type { Timed } from '../../src/measure/speedup.ts';

function timed(
  low: number,
  estimate: number,
  high: number,
  judgeClock = estimate,
  ...workloads: WorkloadTimes[]
): Timed {
  return { speedup: { estimate, low, high, judge_clock: judgeClock }, workloads };
}

function workload(name: string, low: number, high: number): WorkloadTimes {
  return { name, baseline_us: 100, candidate_us: 100, speedup: (low + high) / 2, low, high };
}

const NO_NOISE = 0;

describe('pairedVerdict', () => {
  it('says faster when the lower bound is above the least gain', () => {
    const result = pairedVerdict(timed(1.3, 1.4, 1.5), NO_NOISE, 'confirm');
    expect(result).toEqual({
      verdict: 'faster',
      reason: 'Correct and 1.40× (99 % interval 1.30 to 1.50) faster than the baseline.',
      check: { name: 'clocks', status: 'passed', detail: "1.40× by CUDA events, 1.40× by the judge's own clock" },
    });
  });

  it.each([
    ['just above 2 %', 1.0201, NO_NOISE, 'faster'],
    ['at 2 %', 1.02, NO_NOISE, 'not-proven'],
    ['below 2 %', 1.0199, NO_NOISE, 'not-proven'],
    ['above a noise of 5 %', 1.0501, 0.05, 'faster'],
    ['at a noise of 5 %', 1.05, 0.05, 'not-proven'],
    ['within a noise of 5 %', 1.03, 0.05, 'not-proven'],
    ['above 2 % where the noise is less', 1.0201, 0.001, 'faster'],
  ])('draws the line: %s', (_, low, noise, verdict) => {
    expect(pairedVerdict(timed(low, low + 0.05, low + 0.1), noise, 'confirm').verdict).toBe(verdict);
  });

  it.each([
    ['below 1 by more than 2 %', 0.98, NO_NOISE, 'slower'],
    ['below 1 by less than 2 %', 0.981, NO_NOISE, 'not-proven'],
    ['below 1 by more than the noise', 0.95, 0.05, 'slower'],
    ['below 1 by less than the noise', 0.96, 0.05, 'not-proven'],
    ['around 1', 1.01, NO_NOISE, 'not-proven'],
  ])('says slower only when the whole interval is %s', (_, high, noise, verdict) => {
    expect(pairedVerdict(timed(0.8, 0.9, high), noise, 'confirm').verdict).toBe(verdict);
    expect(pairedVerdict(timed(0.8, 0.9, high), noise, 'screen').verdict).toBe(verdict);
  });

  it('does not call faster what is slower at one workload, and names it', () => {
    const mixed = timed(1.3, 1.4, 1.5, 1.4, workload('small', 0.7, 0.9), workload('large', 2, 2.2));
    const result = pairedVerdict(mixed, NO_NOISE, 'confirm');
    expect(result.verdict).toBe('not-proven');
    expect(result.reason).toContain('but slower at small.');
  });

  it('forgives a workload that may be as fast', () => {
    const mixed = timed(1.3, 1.4, 1.5, 1.4, workload('small', 0.95, 0.99), workload('large', 2, 2.2));
    expect(pairedVerdict(mixed, NO_NOISE, 'confirm').verdict).toBe('faster');
  });

  it('never says faster after a screening', () => {
    const result = pairedVerdict(timed(5, 6, 7), NO_NOISE, 'screen');
    expect(result.verdict).toBe('not-proven');
    expect(result.reason).toContain('not confirmed yet');
  });

  it.each(['screen', 'confirm'] as const)('rejects a gain that the judge’s clock does not show (%s)', (stage) => {
    const result = pairedVerdict(timed(1.9, 2, 2.1, 1.0), NO_NOISE, stage);
    expect(result.verdict).toBe('rejected');
    expect(result.check?.status).toBe('failed');
    expect(result.reason).toBe("The two clocks disagree: 2.00× by CUDA events, 1.00× by the judge's own clock.");
  });

  it('lets the coarse clock of the judge be off by half of the gain and its noise', () => {
    // In logarithms the judge must see half of the gain, less 5 %.
    const least = Math.exp(Math.log(2) / 2 - 0.05);
    expect(pairedVerdict(timed(1.9, 2, 2.1, least + 1e-6), NO_NOISE, 'confirm').verdict).toBe('faster');
    expect(pairedVerdict(timed(1.9, 2, 2.1, least - 1e-6), NO_NOISE, 'confirm').verdict).toBe('rejected');
    expect(pairedVerdict(timed(1.03, 1.05, 1.07, 0.98), NO_NOISE, 'confirm').verdict).toBe('faster');
  });

  it('asks nothing of the judge’s clock where no gain is claimed', () => {
    expect(pairedVerdict(timed(0.4, 0.5, 0.6, 0.1), NO_NOISE, 'confirm').verdict).toBe('slower');
  });
});
