import { describe, expect, it } from 'vitest';
import { type BaselineTimes, baselineCheck, baselineTimes } from '../../src/measure/baseline-check.ts';
import { pairedVerdict } from '../../src/measure/paired-verdict.ts';
import { speedupOf } from '../../src/measure/speedup.ts';
import { measurementOf } from './samples.ts';
import { CONFIRM, KERNELS, simulate } from './simulation.ts';

const judge = (us: number, reach = 0.5) => ({ estimate: us, low: us - reach, high: us + reach });
const at = (events_us: number, judge_us?: number): BaselineTimes[] => [
  { name: 'n=1', events_us, ...(judge_us === undefined ? {} : { judge_us: judge(judge_us) }) },
];

describe('baselineCheck', () => {
  it.each([
    ['the same', at(100, 105), at(100, 105), 'passed'],
    ['a few percent slower', at(100, 105), at(106, 110), 'passed'],
    ['faster', at(100, 105), at(80, 85), 'passed'],
    ['slower by events', at(100, 105), at(115, 105), 'failed'],
    ['slower by the judge’s clock alone', at(100, 105), at(100, 150), 'failed'],
    ['slower by the judge’s clock by no more than both scatter', at(10, 10), at(10, 12), 'passed'],
    ['a screening, which has no clock of the judge’s own', at(100, 105), at(100), 'passed'],
    ['a workload that is not known', [], at(100, 105), 'passed'],
  ])('%s', (_, alone, beside, expected) => {
    expect(baselineCheck(alone, beside).status).toBe(expected);
  });

  it('says where, by which clock and how much', () => {
    expect(baselineCheck(at(100, 105), at(100, 150)).detail).toBe(
      "the baseline was slower beside this candidate than alone, at n=1 by the judge's clock: 150.0 µs instead of 105.0 µs",
    );
  });
});

it('a candidate that slows the baseline in the judge’s own blocks, and lies about its events, is found out', () => {
  const { us, machine } = KERNELS['57 µs'];
  const timed = (factor: number, events: number, seed: number) => {
    const honest = simulate(us, 1, machine, CONFIRM, seed, { events });
    const clock = honest.clock.map((blocks) => {
      const slowed = blocks.baseline_block_us.map((block) => block + (factor - 1) * us * blocks.calls);
      return { ...blocks, baseline_block_us: slowed as [number, ...number[]] };
    });
    const result = speedupOf(measurementOf({ workloads: [{ ...honest, clock }] }));
    if (result === undefined) throw new Error('nothing timed');
    return result;
  };
  const alone = baselineTimes(timed(1, 1, 1));
  const cheat = timed(1.5, 1 / 1.5, 2);
  // By the times alone it would be believed.
  expect(pairedVerdict(cheat, 0, 'confirm').verdict).toBe('faster');
  expect(baselineCheck(alone, baselineTimes(cheat)).status).toBe('failed');
  expect(baselineCheck(alone, baselineTimes(timed(1, 1, 3))).status).toBe('passed');
});
