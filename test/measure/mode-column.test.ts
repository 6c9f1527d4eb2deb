import { describe, expect, it } from 'vitest';
import type { Judge, MeasureRequest } from '../../src/measure/judge.ts';
import type { Measurement } from '../../src/measure/judge-report.ts';
import { measureMode } from '../../src/measure/mode-column.ts';
import { group, HELLO, MODULE, TARGET } from './samples.ts';

const MEASURED: Measurement = {
  outcome: 'measured',
  detail: '',
  log: '',
  checks: [],
  workloads: [{ name: 'n=8', groups: Array.from({ length: 20 }, () => group(60, 30)), clock: [], copied: true }],
  seconds: 1,
  phases_s: {},
};

function benchOf(measurement: Measurement, hello = HELLO) {
  const asked: MeasureRequest[] = [];
  const judge: Judge = {
    hello: async () => hello,
    measure: async (request) => {
      asked.push(request);
      return measurement;
    },
    close: async () => {},
  };
  return { asked, bench: { judge, hello, onProgress: () => {} } };
}

describe('measureMode', () => {
  it('has the judge time the code against itself in the other mode', async () => {
    const { asked, bench } = benchOf(MEASURED);
    const column = await measureMode(bench, MODULE, '/built/mlp.py', 'compiled');
    expect(asked).toEqual([
      {
        target: MODULE,
        baseline: '/built/mlp.py',
        candidate: '/built/mlp.py',
        stage: 'confirm',
        candidate_as: 'compiled',
      },
    ]);
    expect(column).toMatchObject({ kind: 'timed', workloads: [{ name: 'n=8', baseline_us: 60, candidate_us: 30 }] });
  });

  it('says why it failed', async () => {
    const { bench } = benchOf({
      ...MEASURED,
      outcome: 'crashed',
      detail: 'at n=8: BackendCompilerFailed',
      workloads: [],
    });
    expect(await measureMode(bench, MODULE, '/built/mlp.py', 'compiled')).toEqual({
      kind: 'failed',
      reason: 'at n=8: BackendCompilerFailed',
    });
  });

  it('asks for nothing where nothing can be told', async () => {
    const emulated = { ...HELLO, device: { ...HELLO.device, kind: 'emulated' as const } };
    const { asked, bench } = benchOf(MEASURED, emulated);
    expect(await measureMode(bench, MODULE, '/built/mlp.py', 'eager')).toMatchObject({ kind: 'not-here' });
    expect(await measureMode({ ...bench, hello: HELLO }, TARGET, '/built/lib.so', 'eager')).toMatchObject({
      kind: 'not-here',
    });
    expect(asked).toEqual([]);
  });
});
