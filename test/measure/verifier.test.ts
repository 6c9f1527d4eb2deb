import { describe, expect, it } from 'vitest';
import { ConfigurationError, EnvironmentError } from '../../src/core/errors.ts';
import { candidateOf, hashFiles, type SourceFile } from '../../src/core/source.ts';
import type { Build } from '../../src/measure/build.ts';
import type { Measurement } from '../../src/measure/judge-report.ts';
import { PROFILE_METRICS } from '../../src/measure/profile-metrics.ts';
import { type PreparedVerifier, prepareVerifier } from '../../src/measure/verifier.ts';
import { machine } from './machine.ts';
import { HELLO, MODULE, measurementOf, PARAMETERS, TARGET, timedMeasurement } from './samples.ts';

const BASELINE: readonly SourceFile[] = [{ path: TARGET.source, content: '// baseline\n' }];
const CANDIDATE = candidateOf([{ path: TARGET.source, content: '// candidate\n' }]);
const ALIKE = timedMeasurement(100, 100);

async function screened(answer: Measurement, builds: Record<string, Build> = {}) {
  const verifier: PreparedVerifier = await machine([ALIKE, answer], builds).prepare();
  return verifier.screen(CANDIDATE);
}

describe('prepareVerifier', () => {
  it('measures the baseline against itself', async () => {
    const { requests, prepare, progress } = machine([timedMeasurement(100, 100)]);
    const verifier = await prepare();
    expect(requests).toEqual([{ target: TARGET, baseline: '/built/1.so', candidate: '/built/1.so', stage: 'alone' }]);
    expect(verifier.baselineTimes).toMatchObject([{ name: 'n=1000', candidate_us: 100 }]);
    expect(progress).toEqual(['checking']);
  });

  it('looks at the state of a module before it is measured, and measures it with that', async () => {
    const { described, requests, prepare, progress } = machine([measurementOf(), measurementOf()]);
    const verifier = await prepare(MODULE);
    await verifier.screen(CANDIDATE);
    expect(described).toEqual(['Mlp in kernels/mlp.py after 0 measurements']);
    expect(requests.map(({ target }) => target.parameters)).toEqual([PARAMETERS, PARAMETERS]);
    expect(verifier.target).toEqual({ ...MODULE, parameters: PARAMETERS });
    expect(progress[0]).toBe('looking at the state of Mlp');
  });

  it.each([TARGET, { ...MODULE, kind: 'function' } as const])('asks for no state of a $kind', async (target) => {
    const { described, requests, prepare } = machine([measurementOf()]);
    expect((await prepare(target)).target).toBe(target);
    expect(described).toEqual([]);
    expect(requests[0]?.target).toBe(target);
  });

  it('says what Python said of a module that cannot be constructed', async () => {
    const log = 'Traceback …\nTypeError: missing 1 required positional argument\n';
    const { requests, prepare } = machine([], {}, { outcome: 'failed', log, seconds: 1 });
    const preparing = prepare(MODULE);
    await expect(preparing).rejects.toThrow(ConfigurationError);
    await expect(preparing).rejects.toThrow(
      /^mlp: Mlp in kernels\/mlp.py itself cannot be constructed[\s\S]*TypeError: missing 1 required/,
    );
    expect(requests).toEqual([]);
  });

  it("measures a module's other modes once, when they are asked for, and a candidate's own", async () => {
    const timed = timedMeasurement(100, 50);
    const { requests, prepare, built } = machine([ALIKE, timed, timed, timed, timed]);
    const verifier = await prepare(MODULE);
    expect(requests).toHaveLength(1);
    const modes = await verifier.modes();
    expect(modes).toMatchObject({ eager: { kind: 'timed' }, compiled: { kind: 'timed' } });
    expect(await verifier.modes()).toBe(modes);
    await verifier.modes(CANDIDATE);
    expect(requests.map(({ baseline, candidate, candidate_as }) => [baseline, candidate, candidate_as])).toEqual([
      ['/built/1.so', '/built/1.so', undefined],
      ['/built/1.so', '/built/1.so', 'eager'],
      ['/built/1.so', '/built/1.so', 'compiled'],
      ['/built/2.so', '/built/2.so', 'eager'],
      ['/built/2.so', '/built/2.so', 'compiled'],
    ]);
    expect(built).toEqual(['// baseline\n', '// candidate\n']);
  });

  it('has no times on the emulated device', async () => {
    expect((await machine([measurementOf()]).prepare()).baselineTimes).toEqual([]);
  });

  it('builds nothing where the reference is no formula, and blames the configuration', async () => {
    const { bench, built, prepare } = machine([]);
    const judge = { ...bench.judge, check: async () => '`reference` uses q, which is neither an argument nor torch.' };
    await expect(prepare(TARGET, { judge })).rejects.toThrow(
      `${TARGET.name}: \`reference\` uses q, which is neither an argument nor torch; correct it in the configuration.`,
    );
    expect(built).toEqual([]);
  });

  it('says what the compiler said of a baseline that does not compile', async () => {
    const failed: Build = {
      outcome: 'failed',
      library: null,
      log: 'double.cu(3): error: no\n',
      seconds: 1,
      cached: false,
    };
    const preparing = machine([], { '// baseline\n': failed }).prepare();
    await expect(preparing).rejects.toThrow(ConfigurationError);
    await expect(preparing).rejects.toThrow(
      /double: kernels\/double.cu itself does not compile[\s\S]*double.cu\(3\): error: no/,
    );
  });

  it.each(['baseline-failed', 'incorrect', 'rejected', 'crashed', 'timed-out', 'load-failed'] as const)(
    'refuses a baseline that is %s, with the excerpt of its log that a candidate gets',
    async (outcome) => {
      const log = Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n');
      const preparing = machine([measurementOf({ outcome, detail: 'at n=7: it did something', log })]).prepare();
      await expect(preparing).rejects.toThrow(ConfigurationError);
      await expect(preparing).rejects.toThrow(/at n=7: it did something[\s\S]*line 59$/);
      await expect(preparing).rejects.not.toThrow(/line 19\n/);
    },
  );
});

describe('screen and confirm', () => {
  it('sends the target, both libraries and the stage to the judge, and builds a candidate once', async () => {
    const { bench, requests, built } = machine([ALIKE, timedMeasurement(100, 50), timedMeasurement(100, 50)]);
    const verifier = await prepareVerifier(bench, TARGET, BASELINE);
    const screen = await verifier.screen(CANDIDATE);
    const confirm = await verifier.confirm(CANDIDATE);
    expect(built).toEqual(['// baseline\n', '// candidate\n']);
    expect(requests.slice(1)).toEqual([
      {
        target: TARGET,
        baseline: '/built/1.so',
        candidate: '/built/2.so',
        stage: 'screen',
      },
      { target: TARGET, baseline: '/built/1.so', candidate: '/built/2.so', stage: 'confirm' },
    ]);
    expect([screen.verdict, confirm.verdict]).toEqual(['not-proven', 'faster']);
    expect(screen.speedup?.estimate).toBeCloseTo(2, 1);
    expect([screen.timings_s, confirm.timings_s]).toEqual([
      { build: 0.9, screen: 1.5 },
      { build: 0.9, confirm: 1.5 },
    ]);
    expect(screen.phases_s).toEqual({ check: 0.7, time: 0.8 });
  });

  it('builds the same files again for nobody, and other files for everybody', async () => {
    const { bench, built } = machine([ALIKE, ALIKE, ALIKE, ALIKE]);
    const verifier = await prepareVerifier(bench, TARGET, BASELINE);
    await Promise.all([verifier.screen(CANDIDATE), verifier.screen(candidateOf([...CANDIDATE.files]))]);
    await verifier.screen(candidateOf([{ path: TARGET.source, content: '// other\n' }]));
    expect(built).toEqual(['// baseline\n', '// candidate\n', '// other\n']);
  });

  it('names target, device, sandbox, stage and hashes in every evidence', async () => {
    expect(await screened(timedMeasurement(100, 50))).toMatchObject({
      target: 'double',
      device: HELLO.device,
      sandbox: 'bubblewrap',
      stage: 'screen',
      hashes: { baseline: hashFiles(BASELINE), candidate: CANDIDATE.hash },
    });
  });

  it('has what the compiler gave each kernel, with the occupancy where the launch is known', async () => {
    const content = 'scale<<<n, 256>>>(x);\n';
    const log = `ptxas info    : Compiling entry function '_Z5scalePf' for 'sm_90'
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 40 registers, used 0 barriers\n`;
    const built = { outcome: 'built', library: '/built/x.so', log, seconds: 1, cached: false } as const;
    const { prepare } = machine([measurementOf({}), measurementOf({})], { [content]: built });
    const verifier = await prepare();
    const evidence = await verifier.screen(candidateOf([{ path: TARGET.source, content }]));
    expect(evidence.resources).toEqual([
      {
        name: 'scale',
        registers: 40,
        shared_bytes: 0,
        spill_store_bytes: 0,
        spill_load_bytes: 0,
        stack_bytes: 0,
        occupancy: [{ block_threads: 256, block_shared_bytes: 0, warps: 48, most_warps: 64, limited_by: 'registers' }],
      },
    ]);
  });

  it('asks the profiler where a screening asks for it, and tells what it took apart from the screening', async () => {
    const counters = { kernels: [{ name: 'f', us: 40, metrics: { 'dram__bytes_read.sum': 5 } }], reason: '' };
    const { prepare, requests } = machine([
      measurementOf({}),
      measurementOf({ counters, seconds: 5, phases_s: { counters: 3 } }),
      measurementOf({}),
    ]);
    const verifier = await prepare(TARGET);
    const candidate = candidateOf([{ path: TARGET.source, content: '// a\n' }]);
    const screened = await verifier.screen(candidate, { profile: true });
    expect(screened.profile).toEqual(counters);
    expect(screened.timings_s).toMatchObject({ screen: 2, profile: 3 });
    expect(await verifier.confirm(candidate)).not.toHaveProperty('profile');
    expect(requests.map(({ metrics }) => metrics?.length)).toEqual([undefined, PROFILE_METRICS.length, undefined]);
  });

  it.each([
    ['of a module', MODULE, { profile: true }, {}],
    ['where nobody will read it', TARGET, {}, {}],
    [
      'where there is no GPU',
      TARGET,
      { profile: true },
      { hello: { ...HELLO, device: { ...HELLO.device, kind: 'emulated' as const } } },
    ],
  ])('does not ask it %s', async (_where, target, options, changes) => {
    const { prepare, requests } = machine([measurementOf({}), measurementOf({})]);
    const verifier = await prepare(target, changes);
    await verifier.screen(candidateOf([{ path: target.source, content: '# a\n' }]), options);
    expect(requests).toHaveLength(2);
    expect(requests.every(({ metrics }) => metrics === undefined)).toBe(true);
  });

  it('shows the compiler’s log when a candidate does not compile, and measures nothing', async () => {
    const failed: Build = {
      outcome: 'failed',
      library: null,
      log: 'error: expected a ";"',
      seconds: 0.4,
      cached: false,
    };
    const { bench, requests } = machine([ALIKE], { '// candidate\n': failed });
    const evidence = await (await prepareVerifier(bench, TARGET, BASELINE)).screen(CANDIDATE);
    expect(evidence).toMatchObject({
      verdict: 'build-failed',
      log: 'error: expected a ";"',
      timings_s: { build: 0.4 },
      workloads: [],
    });
    expect(evidence.checks).toEqual([{ name: 'build', status: 'failed', detail: 'the compiler rejected it' }]);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['incorrect', 'incorrect', 'Wrong result: at n=7: 3 of 7.', undefined],
    ['rejected', 'rejected', 'It breaks a rule: at n=7: 3 of 7.', undefined],
    ['crashed', 'crashed', 'It crashed: at n=7: 3 of 7.', 'runs'],
    ['timed-out', 'timed-out', 'It did not finish: at n=7: 3 of 7.', 'runs'],
    ['load-failed', 'build-failed', 'It compiles but cannot be loaded: at n=7: 3 of 7.', 'loads'],
  ] as const)('turns %s into the verdict %s', async (outcome, verdict, reason, check) => {
    const seen = { name: 'oracle', status: 'passed', detail: 'seen' } as const;
    const evidence = await screened(
      measurementOf({ outcome, detail: 'at n=7: 3 of 7', log: 'SUMMARY', checks: [seen] }),
    );
    expect(evidence).toMatchObject({ verdict, reason, log: 'SUMMARY', workloads: [] });
    expect(evidence.speedup).toBeUndefined();
    expect(evidence.checks).toEqual([
      { name: 'build', status: 'passed', detail: 'it compiles' },
      seen,
      ...(check === undefined ? [] : [{ name: check, status: 'failed', detail: 'at n=7: 3 of 7' }]),
    ]);
  });

  it.each([MODULE, { ...MODULE, kind: 'function' } as const])(
    'does not call a Python $kind compiled',
    async (target) => {
      const said = 'RuntimeError: Missing key(s) in state_dict: "fc.bias".';
      const verifier = await machine([
        measurementOf(),
        measurementOf({ outcome: 'load-failed', detail: said }),
      ]).prepare(target);
      const evidence = await verifier.screen(CANDIDATE);
      expect(evidence.reason).toBe(`It cannot be loaded: ${said}`);
      expect(evidence.checks).toEqual([
        { name: 'build', status: 'passed', detail: 'its syntax is right' },
        { name: 'loads', status: 'failed', detail: said.slice(0, -1) },
      ]);
    },
  );

  it('says for which architectures it compiled, or for which it did not, where some are asked for', async () => {
    const build = { sources: [], include: [], flags: [], architectures: ['sm_80', 'sm_90'] };
    const [baseline, good] = ['/built/1.so', '/built/2.so'].map((library) => ({
      outcome: 'built' as const,
      library,
      architectures: ['sm_90', 'sm_80'],
      log: '',
      seconds: 1,
      cached: false,
    }));
    const bad = {
      outcome: 'failed' as const,
      library: null,
      failed_arch: 'sm_80',
      log: 'no',
      seconds: 1,
      cached: false,
    };
    if (baseline === undefined || good === undefined) throw new Error('two builds');
    const builds = { '// baseline\n': baseline, '// candidate\n': good, '// bad\n': bad };
    const verifier = await machine([measurementOf(), measurementOf()], builds).prepare({ ...TARGET, build });
    expect((await verifier.screen(CANDIDATE)).checks[0]).toEqual({
      name: 'build',
      status: 'passed',
      detail: 'it compiles for sm_90, sm_80',
    });
    const failed = await verifier.screen(candidateOf([{ path: TARGET.source, content: '// bad\n' }]));
    expect(failed.reason).toBe('It does not compile for sm_80.');
  });

  it('has no log where there is none', async () => {
    expect(await screened(measurementOf({ outcome: 'incorrect', detail: 'wrong' }))).not.toHaveProperty('log');
  });

  it('calls nothing faster on the emulated device', async () => {
    const emulated = await machine([measurementOf(), measurementOf()]).prepare();
    const evidence = await emulated.confirm(CANDIDATE);
    expect(evidence.verdict).toBe('not-proven');
    expect(evidence.reason).toContain('emulated device');
    expect(evidence.speedup).toBeUndefined();
    expect(evidence.workloads).toEqual([]);
  });

  describe('where the two clocks disagree', () => {
    const honest = timedMeasurement(100, 100);
    const groups = honest.workloads[0]?.groups.map((group) => ({
      ...group,
      candidate_us: [10, 10] as [number, number],
    }));
    const forged: Measurement = {
      ...honest,
      workloads: [{ name: 'n=1000', groups: groups ?? [], clock: [], copied: false }],
    };

    it.each([
      ['screen', 'alone'],
      ['confirm', 'confirm'],
    ] as const)('a candidate of a %s is rejected after a second measurement', async (stage, longer) => {
      const { prepare, requests, progress } = machine([ALIKE, forged, forged]);
      const evidence = await (await prepare())[stage](CANDIDATE);
      expect(requests.slice(1).map((request) => request.stage)).toEqual([stage, longer]);
      expect(progress).toContain('the two clocks disagree: measuring once more');
      expect(evidence.verdict).toBe('rejected');
      expect(evidence.checks).toContainEqual(expect.objectContaining({ name: 'clocks', status: 'failed' }));
    });

    it('the second measurement alone has the word, and takes its time beside that of the first', async () => {
      const took = (measurement: Measurement, seconds: number, phases_s: Measurement['phases_s']) => {
        return { ...measurement, seconds, phases_s };
      };
      const answers = [ALIKE, took(forged, 1, { check: 0.5 }), took(honest, 2, { check: 0.25, time: 1 })];
      const evidence = await (await machine(answers).prepare()).screen(CANDIDATE);
      expect(evidence.verdict).toBe('not-proven');
      expect(evidence.speedup?.estimate).toBeCloseTo(1);
      expect(evidence.timings_s.screen).toBe(3);
      expect(evidence.phases_s).toEqual({ check: 0.75, time: 1 });
    });

    it('a candidate that was wrong the second time is wrong', async () => {
      const wrong = measurementOf({ outcome: 'incorrect', detail: 'at n=7: 3 of 7' });
      const verifier = await machine([ALIKE, forged, wrong]).prepare();
      expect((await verifier.screen(CANDIDATE)).verdict).toBe('incorrect');
    });
  });

  it('asks for more than the session’s own noise', async () => {
    const noisy = await machine([timedMeasurement(110, 100), timedMeasurement(106, 100)]).prepare();
    expect((await noisy.confirm(CANDIDATE)).verdict).toBe('not-proven');
    const quiet = await machine([timedMeasurement(100, 100), timedMeasurement(106, 100)]).prepare();
    expect((await quiet.confirm(CANDIDATE)).verdict).toBe('faster');
  });

  it('blames the candidate when the baseline, which passed alone, fails beside it, and passes on that the machine is broken', async () => {
    const verifier = await machine([
      ALIKE,
      measurementOf({ outcome: 'baseline-failed', detail: 'it crashed at n=7' }),
      new EnvironmentError('The judge is gone.'),
    ]).prepare();
    expect(await verifier.screen(CANDIDATE)).toMatchObject({
      verdict: 'rejected',
      reason: 'The baseline, which passes its check alone, fails beside it: it crashed at n=7.',
    });
    await expect(verifier.screen(CANDIDATE)).rejects.toThrow(EnvironmentError);
  });

  it('believes no gain over a baseline that was slower beside the candidate than alone', async () => {
    const verifier = await machine([timedMeasurement(100, 100), timedMeasurement(150, 100)]).prepare();
    const evidence = await verifier.confirm(CANDIDATE);
    expect(evidence.verdict).toBe('not-proven');
    expect(evidence.reason).toMatch(/slower beside this candidate than alone, at .*150\.\d µs instead of 100\.\d µs/);
  });
});
