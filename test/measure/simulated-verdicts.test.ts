import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/core/verdict.ts';
import { pairedVerdict } from '../../src/measure/paired-verdict.ts';
import { sessionNoise } from '../../src/measure/session-noise.ts';
import { speedupOf } from '../../src/measure/speedup.ts';
import { roundsOf } from './coverage-study.ts';
import { measurementOf } from './samples.ts';
import { type Cheat, CONFIRM, KERNELS, type Machine, SCREEN, simulate, TROUBLES } from './simulation.ts';

interface Kernel {
  readonly us: number;
  readonly machine: Machine;
}

/** One whole session: the baseline against itself, then a confirmation. */
function session({ us, machine }: Kernel, speedup: number, seed: number, cheat: Cheat = {}) {
  const timed = speedupOf(measurementOf({ workloads: [simulate(us, speedup, machine, CONFIRM, seed, cheat)] }));
  if (timed === undefined) throw new Error('nothing timed');
  const noise = sessionNoise([roundsOf(us, 1, machine, SCREEN, seed + 100_000)]);
  return { ...pairedVerdict(timed, noise, 'confirm'), speedup: timed.speedup };
}

function verdicts(kernel: Kernel, speedup: number, trials: number, cheat?: Cheat): Map<Verdict, number> {
  const given = Array.from({ length: trials }, (_, seed) => session(kernel, speedup, seed + 1, cheat).verdict);
  return new Map([...Map.groupBy(given, (verdict) => verdict)].map(([verdict, all]) => [verdict, all.length]));
}

const troubled = (kernel: Kernel, trouble: keyof typeof TROUBLES): Kernel => ({
  ...kernel,
  machine: { ...kernel.machine, ...TROUBLES[trouble] },
});

describe('an honest candidate', () => {
  it.each(['190 µs', '57 µs'] as const)('that is 4 % faster at %s is found faster in at least 95 %%', (name) => {
    expect(verdicts(KERNELS[name], 1.04, 40).get('faster')).toBeGreaterThanOrEqual(38);
  });

  it.each(['correlated, 0.3', 'drift, 5 %', 'step, 8 %'] as const)(
    'that is 4 %% faster is found so in spite of: %s',
    (trouble) => {
      expect(verdicts(troubled(KERNELS['57 µs'], trouble), 1.04, 40).get('faster')).toBeGreaterThanOrEqual(38);
    },
  );

  it.each(Object.keys(TROUBLES) as (keyof typeof TROUBLES)[])(
    'that is twice as fast is believed in spite of: %s',
    (trouble) => {
      expect(verdicts(troubled(KERNELS['57 µs'], trouble), 2, 12)).toEqual(new Map([['faster', 12]]));
    },
  );

  it('that is 10 % slower is found slower', () => {
    expect(verdicts(KERNELS['57 µs'], 1 / 1.1, 20)).toEqual(new Map([['slower', 20]]));
  });

  it.each(Object.entries(KERNELS))('that is the baseline itself is not called anything at %s', (_, kernel) => {
    expect(verdicts(kernel, 1, 30)).toEqual(new Map([['not-proven', 30]]));
  });
});

describe('at 3.7 µs', () => {
  it('no more is claimed than was gained', () => {
    const lows = Array.from({ length: 60 }, (_, seed) => session(KERNELS['3.7 µs'], 1.3, seed + 1).speedup.low);
    expect(lows.filter((low) => low > 1.3).length).toBeLessThanOrEqual(2);
  });

  it('a gain of 4 % is within the noise', () => {
    expect(verdicts(KERNELS['3.7 µs'], 1.04, 30).get('faster') ?? 0).toBe(0);
  });

  it('a kernel that is twice as fast is believed', () => {
    expect(verdicts(KERNELS['3.7 µs'], 2, 20).get('faster')).toBe(20);
  });
});

describe('a liar', () => {
  it.each([
    ['whose events show half of its time', { events: 0.5 }],
    ['whose events show no time', { events: 0 }],
    ['that puts off a fifth of its work and shrinks its events', { events: 0.5, wall: 0.8 }],
    ['whose events show a seventh less', { events: 1 / 1.15 }],
  ])('%s is rejected', (_, cheat) => {
    for (const name of ['190 µs', '57 µs'] as const) {
      expect(verdicts(KERNELS[name], 1, 15, cheat)).toEqual(new Map([['rejected', 15]]));
    }
  });

  it.each(Object.entries(KERNELS))('is not believed with a lie too small to reject at %s', (_, kernel) => {
    expect(verdicts(kernel, 1, 30, { events: 1 / 1.05 }).get('faster') ?? 0).toBe(0);
  });

  it('is rejected with a tiny kernel too', () => {
    expect(verdicts(KERNELS['3.7 µs'], 1, 20, { events: 0.5 })).toEqual(new Map([['rejected', 20]]));
  });
});
