import { describe, expect, it } from 'vitest';
import type { WorkloadTimes } from '../../src/core/evidence.ts';
import type { Interval } from '../../src/measure/interval.ts';
import { pairedVerdict } from '../../src/measure/paired-verdict.ts';
import type { Timed } from '../../src/measure/speedup.ts';

function timed(
  low: number,
  estimate: number,
  high: number,
  judgeClock = estimate,
  ...workloads: WorkloadTimes[]
): Timed {
  const exact = (ratio: number): Interval => ({
    estimate: Math.log(ratio),
    low: Math.log(ratio),
    high: Math.log(ratio),
  });
  return {
    speedup: { estimate, low, high, judge_clock: judgeClock },
    workloads,
    rounds: [],
    clocks: {
      events: { estimate: Math.log(estimate), low: Math.log(low), high: Math.log(high) },
      judge: exact(judgeClock),
      proven: Math.log(judgeClock),
    },
    judgeTimes: [],
  };
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
      checks: [
        {
          name: 'clocks',
          status: 'passed',
          detail: "1.40× by CUDA events, 1.40× by the judge's own clock (1.40 to 1.40)",
        },
      ],
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
    expect(result.checks[0]?.status).toBe('failed');
    expect(result.reason).toBe(
      "The two clocks disagree: 2.00× by CUDA events, 1.00× by the judge's own clock (1.00 to 1.00).",
    );
  });

  it('says why no gain is claimed where the judge’s clock is too coarse', () => {
    const coarse = timed(1, 2, 2.1);
    const clocks = {
      events: { estimate: Math.log(2), low: Math.log(1.9), high: Math.log(2.1) },
      judge: { estimate: Math.log(1.7), low: Math.log(0.8), high: Math.log(3) },
      proven: Math.log(0.8),
    };
    expect(pairedVerdict({ ...coarse, clocks }, NO_NOISE, 'confirm')).toMatchObject({
      verdict: 'not-proven',
      reason:
        "Correct; the measured 2.00× (99 % interval 1.00 to 2.10) does not exceed 1.02× with certainty. CUDA events alone show at least 1.90×, but the judge's own clock (0.80 to 3.00) cannot resolve a gain, so none is claimed.",
    });
  });

  it('says that the lower bound is limited by the judge’s clock, and rounds no bound towards the claim', () => {
    const limited = timed(1.5777, 2, 2.101);
    const clocks = {
      events: { estimate: Math.log(2), low: Math.log(1.9), high: Math.log(2.1) },
      judge: { estimate: Math.log(1.9), low: Math.log(1.5), high: Math.log(2.4) },
      proven: Math.log(1.5),
    };
    expect(pairedVerdict({ ...limited, clocks }, NO_NOISE, 'confirm')).toMatchObject({
      verdict: 'faster',
      reason:
        "Correct and 2.00× (99 % interval 1.57 to 2.11) faster than the baseline. The lower bound is limited by what the judge's own clock shows (1.50 to 2.40), which it may exceed by at most 5 %.",
    });
  });

  it('says that copies of results do not count', () => {
    const clocks = {
      events: { estimate: Math.log(2), low: Math.log(1.9), high: Math.log(2.1) },
      judge: { estimate: Math.log(1.9), low: Math.log(1.8), high: Math.log(2) },
      proven: Math.log(1.3),
    };
    expect(pairedVerdict({ ...timed(1.365, 2, 2.1), clocks }, NO_NOISE, 'confirm').reason).toContain(
      "the judge's own clock shows (1.80 to 2.00, less what copying its results takes), which",
    );
  });

  it('shows the times of a call by the judge’s clock', () => {
    const times = { estimate: 50, low: 49.5, high: 50.5 };
    const judged = timed(1.9, 2, 2.1, 2, workload('small', 1.9, 2.1));
    const result = pairedVerdict(
      { ...judged, judgeTimes: [{ saved: times, baseline: times, candidate: times, copies: 0 }] },
      NO_NOISE,
      'confirm',
    );
    expect(result.checks[0]?.detail).toContain('; small: 50.0 ± 0.5 → 50.0 ± 0.5 µs a call');
  });

  it('judges no times that were taken while the GPU throttled', () => {
    const throttled = { ...timed(1.9, 2, 2.1, 1), unjudgeable: 'small: only 3 of the 20 groups' };
    expect(pairedVerdict(throttled, NO_NOISE, 'confirm')).toMatchObject({
      verdict: 'not-proven',
      reason: 'Correct, but its times cannot be judged: small: only 3 of the 20 groups.',
    });
  });

  it('rejects what is faster than physics allows, whatever the clocks say', () => {
    const fast = timed(9, 10, 11, 10, { ...workload('small', 9, 11), candidate_us: 10, floor_us: 40 });
    const result = pairedVerdict(fast, NO_NOISE, 'confirm');
    expect(result.verdict).toBe('rejected');
    expect(result.reason).toBe('Faster than physics allows: small: 10.0 µs, and no kernel needs less than 40.0 µs.');
    expect(result.checks.map(({ name, status }) => [name, status])).toEqual([
      ['clocks', 'passed'],
      ['floor', 'failed'],
    ]);
  });

  it('says where no more can be gained', () => {
    const near = timed(1.3, 1.4, 1.5, 1.4, { ...workload('small', 1.3, 1.5), candidate_us: 41, floor_us: 40 });
    expect(pairedVerdict(near, NO_NOISE, 'confirm')).toMatchObject({
      verdict: 'faster',
      reason:
        'Correct and 1.40× (99 % interval 1.30 to 1.50) faster than the baseline. Within 5 % of the physical floor at small: no more can be gained there.',
    });
  });

  it('is not taken in by a bound that is no number', () => {
    expect(pairedVerdict(timed(Number.NaN, Number.NaN, Number.NaN, 2), NO_NOISE, 'confirm').verdict).toBe('not-proven');
  });

  it('asks nothing of the judge’s clock where no gain is claimed', () => {
    expect(pairedVerdict(timed(0.4, 0.5, 0.6, 0.1), NO_NOISE, 'confirm').verdict).toBe('slower');
  });
});
