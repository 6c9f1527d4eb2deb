import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import type { Evidence } from '../../src/core/evidence.ts';
import type { ModeColumns } from '../../src/core/mode-column.ts';
import type { Judge, MeasureRequest } from '../../src/measure/judge.ts';
import type { Measurement } from '../../src/measure/judge-report.ts';
import { measureModes, withModes } from '../../src/measure/mode-columns.ts';
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

/** A judge that answers for the eager mode as for the compiled one, unless told otherwise. */
function benchOf(compiled: Measurement | Error, eager: Measurement = MEASURED, hello = HELLO) {
  const asked: MeasureRequest[] = [];
  const progress: string[] = [];
  const judge: Judge = {
    hello: async () => hello,
    check: async () => undefined,
    measure: async (request) => {
      asked.push(request);
      const answer = request.candidate_as === 'eager' ? eager : compiled;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    close: async () => {},
  };
  return { asked, progress, bench: { judge, hello, onProgress: (text: string) => progress.push(text) } };
}

const failing = (detail: string): Measurement => ({ ...MEASURED, outcome: 'crashed', detail, workloads: [] });

describe('measureModes', () => {
  it('has the judge time the code against itself in each mode, in one pair of processes', async () => {
    const { asked, bench, progress } = benchOf(MEASURED);
    const columns = await measureModes(bench, MODULE, '/built/mlp.py');
    const request = { target: MODULE, baseline: '/built/mlp.py', candidate: '/built/mlp.py', stage: 'alone' };
    expect(asked).toEqual([
      { ...request, candidate_as: 'eager' },
      { ...request, candidate_as: 'compiled' },
    ]);
    const times = { name: 'n=8', us: 30, baseline_us: 60, speedup: expect.closeTo(2, 2) };
    expect(columns).toMatchObject({
      eager: { kind: 'timed', workloads: [times] },
      compiled: { kind: 'timed', workloads: [times] },
    });
    expect(progress).toEqual(['running Mlp eagerly', 'compiling Mlp by torch.compile']);
  });

  it('says why a mode failed, and goes on with the other', async () => {
    const { bench } = benchOf(failing('at n=8: 3 of 32 elements of y are wrong'));
    expect(await measureModes(bench, MODULE, '/built/mlp.py')).toMatchObject({
      eager: { kind: 'timed' },
      compiled: { kind: 'failed', reason: 'at n=8: 3 of 32 elements of y are wrong' },
    });
  });

  it.each([
    'at n=8: it crashed: torch._inductor.exc.TritonMissing: Cannot find a working triton installation.',
    'at n=8: it crashed: torch._inductor.exc.InductorError: InvalidCxxCompiler: No working C++ compiler found in torch._inductor.config.cpp.cxx',
    'at n=8: it crashed: RuntimeError: Failed to find C compiler. Please specify via CC environment variable.',
    'at n=8: it crashed: torch._inductor.exc.GPUTooOldForTriton: Found Tesla P100 which is too old',
    'torch.compile is not supported on Python 3.15+',
  ])('tells a machine that cannot compile from a module that cannot be compiled: %s', async (detail) => {
    const { bench } = benchOf(failing(detail), failing(detail));
    expect(await measureModes(bench, MODULE, '/built/mlp.py')).toEqual({
      eager: { kind: 'failed', reason: detail },
      compiled: { kind: 'not-possible', reason: detail },
    });
  });

  it('loses nothing when the judge ends over a mode, and passes on what is a bug', async () => {
    const { bench } = benchOf(new EnvironmentError('the judge has ended'));
    expect(await measureModes(bench, MODULE, '/built/mlp.py')).toMatchObject({
      eager: { kind: 'timed' },
      compiled: { kind: 'failed', reason: 'the judge has ended' },
    });
    await expect(measureModes(benchOf(new Error('a bug')).bench, MODULE, '/built/mlp.py')).rejects.toThrow('a bug');
  });

  it('asks for nothing where nothing can be timed', async () => {
    const emulated = { ...HELLO, device: { ...HELLO.device, kind: 'emulated' as const } };
    const { asked, bench } = benchOf(MEASURED, MEASURED, emulated);
    const column = { kind: 'not-possible', reason: expect.stringContaining('no GPU') };
    expect(await measureModes(bench, MODULE, '/built/mlp.py')).toEqual({ eager: column, compiled: column });
    expect(asked).toEqual([]);
  });

  it.each([TARGET, { ...MODULE, kind: 'function' } as const])('has no columns for a $kind', async (target) => {
    const { asked, bench } = benchOf(MEASURED);
    expect(await measureModes(bench, target, '/built/it')).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('withModes', () => {
  const column = { kind: 'failed', reason: 'no' } as const;
  const modes: ModeColumns = { eager: column, compiled: column };
  const times = { name: 'n=8', baseline_us: 60, candidate_us: 30, speedup: 2, low: 1.9, high: 2.1 };
  const evidence: Evidence = {
    target: 'mlp',
    verdict: 'faster',
    reason: '',
    device: HELLO.device,
    sandbox: 'bubblewrap',
    stage: 'confirm',
    workloads: [times],
    checks: [],
    hashes: { baseline: '', candidate: '' },
    timings_s: { build: 0 },
  };

  it('puts the modes beside a candidate that was right and timed', async () => {
    expect(await withModes(evidence, { modes: async () => modes })).toEqual({ ...evidence, modes });
    expect(await withModes(evidence, { modes: async () => undefined })).toEqual(evidence);
  });

  it.each([
    { ...evidence, verdict: 'rejected' as const },
    { ...evidence, verdict: 'not-proven' as const, workloads: [] },
  ])('has nothing measured beside one that is $verdict with $workloads.length workloads', async (plain) => {
    const never = () => Promise.reject(new Error('was asked for'));
    expect(await withModes(plain, { modes: never })).toBe(plain);
  });
});
