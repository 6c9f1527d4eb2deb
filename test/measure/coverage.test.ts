import { describe, expect, it } from 'vitest';
import { gainInterval } from '../../src/measure/gain-interval.ts';
import { sessionNoise } from '../../src/measure/session-noise.ts';
import { roundsOf, study } from './coverage-study.ts';
import { CONFIRM, KERNELS, SCREEN, TROUBLES } from './simulation.ts';

const CHOSEN = 'moderated t on trimmed means (chosen)';

function coverage(kernel: keyof typeof KERNELS, trouble: keyof typeof TROUBLES, plan: typeof CONFIRM, trials: number) {
  const { us, machine } = KERNELS[kernel];
  const found = study(us, { ...machine, ...TROUBLES[trouble] }, plan, trials, [CHOSEN]).get(CHOSEN);
  if (found === undefined) throw new Error('not studied');
  return found;
}

describe('the interval of a confirmation', () => {
  it.each([
    ['190 µs', 'none', 0.003],
    ['57 µs', 'none', 0.004],
    ['57 µs', 'correlated, 0.3', 0.005],
    ['57 µs', 'preempted, 2 % of blocks, 10×', 0.004],
    ['57 µs', 'drift, 5 %', 0.004],
    ['57 µs', 'step, 8 %', 0.004],
    ['57 µs', 'all at once', 0.005],
    ['3.7 µs', 'none', 0.03],
    ['3.7 µs', 'all at once', 0.04],
  ] as const)('holds the truth and stays narrow: %s, %s', (kernel, trouble, widest) => {
    const { held, halfWidth } = coverage(kernel, trouble, CONFIRM, 1000);
    // 99 % less two standard errors of 1,000 trials.
    expect(held).toBeGreaterThanOrEqual(0.984);
    expect(halfWidth).toBeLessThan(widest);
  });
});

describe('the interval of a screening', () => {
  it.each([
    ['190 µs', 'none', 0.008],
    ['57 µs', 'none', 0.015],
    ['57 µs', 'all at once', 0.02],
    ['3.7 µs', 'none', 0.2],
  ] as const)('holds the truth too, if wider: %s, %s', (kernel, trouble, widest) => {
    const { held, halfWidth } = coverage(kernel, trouble, SCREEN, 1000);
    expect(held).toBeGreaterThanOrEqual(0.984);
    expect(halfWidth).toBeLessThan(widest);
  });
});

describe('the other intervals', () => {
  const { us, machine } = KERNELS['190 µs'];
  const calm = study(us, machine, CONFIRM, 100);

  it.each(['percentile bootstrap of all groups', 'rounds, then moving blocks', 'studentized by moving blocks'])(
    'hold the truth too seldom: %s',
    (name) => {
      expect(calm.get(name)?.held).toBeLessThan(0.95);
    },
  );

  it('are needlessly wide: t on the means of rounds', () => {
    expect(calm.get('t on the means of rounds')?.halfWidth).toBeGreaterThan(2 * (calm.get(CHOSEN)?.halfWidth ?? 1));
  });

  it('break when a block is preempted: rounds, then moving blocks, with the process effect', () => {
    const name = 'rounds, then moving blocks, with the process effect';
    const preempted = { ...machine, ...TROUBLES['preempted, 2 % of blocks, 10×'] };
    const found = study(us, preempted, CONFIRM, 40, [name, CHOSEN]);
    expect(found.get(name)?.halfWidth).toBeGreaterThan(10 * (found.get(CHOSEN)?.halfWidth ?? 1));
  });
});

describe('by events alone', () => {
  it.each(Object.entries(KERNELS))(
    'identical kernels of %s are called faster or slower in at most 1 %',
    (_, kernel) => {
      const trials = 2000;
      let called = 0;
      let falsely = 0;
      for (let trial = 0; trial < trials; trial += 1) {
        const { low, high } = gainInterval([roundsOf(kernel.us, 1, kernel.machine, CONFIRM, trial + 1)], 0.99);
        if (low > Math.log(1.02) || high < -Math.log(1.02)) called += 1;
        if (low > 0 || high < 0) falsely += 1;
      }
      expect(called / trials).toBeLessThanOrEqual(0.01);
      expect(falsely / trials).toBeLessThanOrEqual(0.014);
    },
  );
});

describe('sessionNoise', () => {
  it.each([
    ['190 µs', 0.001, 0.01],
    ['57 µs', 0.002, 0.02],
    ['3.7 µs', 0.02, 0.1],
  ] as const)('of eight groups at %s lies between %f and %f as a rule', (kernel, low, high) => {
    const { us, machine } = KERNELS[kernel];
    const noises = Array.from({ length: 200 }, (_, seed) => sessionNoise([roundsOf(us, 1, machine, SCREEN, seed + 1)]));
    const usual = noises.toSorted((a, b) => a - b).slice(10, 190);
    expect(usual[0]).toBeGreaterThan(low);
    expect(usual.at(-1)).toBeLessThanOrEqual(high);
  });

  it('is an upper bound of how far apart two processes are', () => {
    const noise = sessionNoise([[[0.05, 0.051, 0.049, 0.05, 0.05, 0.051, 0.049, 0.05]]]);
    expect(noise).toBeGreaterThan(0.05);
    expect(noise).toBeLessThan(0.06);
  });

  it('does not let eight wild groups forbid all later claims', () => {
    expect(sessionNoise([[[2, -2, 1, -1, 0, 0, 3, -3]]])).toBe(0.1);
  });
});
