import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import { benchmark } from '../../src/measure/benchmark.ts';
import { machine } from './machine.ts';
import { MODULE, measurementOf, TARGET, timedMeasurement } from './samples.ts';

const files = (content: string) => [{ path: TARGET.source, content }];
const NOW = files('// now\n');
const BASE = files('// base\n');
const CHECKS = [{ name: 'oracle', status: 'passed' as const, detail: 'agrees' }];

describe('benchmark', () => {
  it('times the code by itself', async () => {
    const { bench } = machine([{ ...timedMeasurement(100, 100), checks: CHECKS }]);
    const found = await benchmark(bench, TARGET, NOW);
    expect(found).toEqual({
      target: TARGET.name,
      outcome: 'measured',
      workloads: [{ name: 'n=1000', us: expect.closeTo(100, 0) }],
      checks: CHECKS,
    });
  });

  it('takes another revision for the baseline, and the code as it is for the candidate', async () => {
    const { bench, built } = machine([timedMeasurement(100, 100), timedMeasurement(100, 80)]);
    const found = await benchmark(bench, TARGET, NOW, { files: BASE });
    expect(built).toEqual(['// base\n', '// now\n']);
    expect(found).toMatchObject({
      comparison: { kind: 'measured', verdict: 'faster' },
      workloads: [{ us: expect.closeTo(80, 0), base_us: expect.closeTo(100, 0), speedup: expect.closeTo(1.25, 1) }],
    });
  });

  it('measures what is wrong beside its other revision by itself, and says what is wrong', async () => {
    const wrong = measurementOf({ outcome: 'incorrect', detail: 'at n=1: y is wrong' });
    const { bench } = machine([timedMeasurement(100, 100), wrong, timedMeasurement(80, 80)]);
    const found = await benchmark(bench, TARGET, NOW, { files: BASE });
    expect(found).toMatchObject({
      comparison: { kind: 'measured', verdict: 'incorrect', reason: 'Wrong result: at n=1: y is wrong.' },
      workloads: [{ us: expect.closeTo(80, 0) }],
    });
  });

  it.each([
    ['the same', NOW, [timedMeasurement(100, 100)], { kind: 'same' }],
    ['not there', undefined, [timedMeasurement(100, 100)], { kind: 'absent' }],
    [
      'not able to do its own job',
      BASE,
      [measurementOf({ outcome: 'crashed', detail: 'at n=1: it crashed' }), timedMeasurement(100, 100)],
      { kind: 'failed', reason: expect.stringMatching(/^the code in \S+ fails its own check/) },
    ],
  ])('says when the other revision is %s', async (_, base, measurements, comparison) => {
    const { bench } = machine([...measurements]);
    const found = await benchmark(bench, TARGET, NOW, { files: base });
    expect(found).toMatchObject({ outcome: 'measured', comparison, workloads: [{ name: 'n=1000' }] });
  });

  it("has a module's other modes beside it: of the code as it is, also where another revision is the baseline", async () => {
    const timed = (us: number) => timedMeasurement(100, us);
    const alone = machine([timed(100), timed(90), timed(40)]);
    expect(await benchmark(alone.bench, MODULE, NOW)).toMatchObject({
      workloads: [{ us: expect.closeTo(100, 0) }],
      modes: {
        eager: { kind: 'timed', workloads: [{ name: 'n=1000', us: 90 }] },
        compiled: { kind: 'timed', workloads: [{ name: 'n=1000', us: 40 }] },
      },
    });
    const beside = machine([timed(100), timed(80), timed(90), timed(40)]);
    expect(await benchmark(beside.bench, MODULE, NOW, { files: BASE })).toMatchObject({
      comparison: { kind: 'measured', verdict: 'faster' },
      modes: { compiled: { kind: 'timed' } },
    });
    expect(beside.requests.slice(2).map(({ baseline, candidate_as }) => [baseline, candidate_as])).toEqual([
      ['/built/2.so', 'eager'],
      ['/built/2.so', 'compiled'],
    ]);
  });

  it('takes code that does not do its own job for a result, and a broken machine for an error', async () => {
    const { bench } = machine([measurementOf({ outcome: 'incorrect', detail: 'at n=1: y is wrong' })]);
    expect(await benchmark(bench, TARGET, NOW)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('fails its own check'),
    });
    const broken = machine([new EnvironmentError('no GPU')]);
    await expect(benchmark(broken.bench, TARGET, NOW)).rejects.toThrow('no GPU');
  });
});
