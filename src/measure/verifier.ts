import type { Ceilings, Check, Evidence, WorkloadTimes } from '../core/evidence.ts';
import type { ModeColumns } from '../core/mode-column.ts';
import { type Candidate, hashFiles, type SourceFile } from '../core/source.ts';
import { isPython, type Target } from '../core/target.ts';
import type { ScreenOptions, Verifier } from '../core/verifier.ts';
import { asDescribed } from './as-described.ts';
import { baselineTimes } from './baseline-check.ts';
import {
  badReference,
  definesKernel,
  doesNotCompile,
  failsItsOwnCheck,
  misdeclared,
  textOf,
} from './baseline-failure.ts';
import type { Build, Builder } from './build.ts';
import type { Describer } from './describe.ts';
import type { Judge } from './judge.ts';
import type { Hello, Measurement } from './judge-report.ts';
import { afterTests, isRefutedByClocks, judged, type Session } from './judgement.ts';
import { asLaunched, withLauncher } from './kernel-launcher.ts';
import { measureModes } from './mode-columns.ts';
import { PROFILE_METRICS } from './profile-metrics.ts';
import { type ProjectTester, type ProjectTests, projectCheck } from './project-tests.ts';
import { resourcesOf } from './resources.ts';
import { sessionNoise } from './session-noise.ts';
import { speedupOf } from './speedup.ts';

export interface Bench {
  readonly judge: Judge;
  readonly build: Builder;
  readonly describe: Describer;
  readonly testProject: ProjectTester;
  readonly hello: Hello;
  /** What is being done, for a log or a terminal. */
  readonly onProgress: (text: string) => void;
}

export interface PreparedVerifier extends Verifier {
  /** The same of a candidate's code, which is measured each time. */
  modes(of?: Candidate): Promise<ModeColumns | undefined>;
  /** The target as it is judged: of a module, with what its baseline was found to have. */
  readonly target: Target;
  /** The baseline's own times; empty on the emulated device. */
  readonly baselineTimes: readonly WorkloadTimes[];
  /** What this GPU can do at most; undefined on the emulated device. */
  readonly ceilings: Ceilings | undefined;
  /** What was checked of the baseline alone. */
  readonly baselineChecks: readonly Check[];
}

/**
 * Builds the baseline, finds out what state it has when it is a module, and measures it against itself: that shows that it does its own
 * job, what it takes, and how far apart this session measures two copies of one kernel. Throws `ConfigurationError` when the baseline
 * cannot be built, described or run, or fails its own check, or the configuration's `reference` is no formula.
 */
export async function prepareVerifier(
  bench: Bench,
  written: Target,
  baseline: readonly SourceFile[],
): Promise<PreparedVerifier> {
  const passesOthers = misdeclared(written, baseline);
  if (passesOthers !== undefined) throw passesOthers;
  const wrong = written.reference === undefined ? undefined : await bench.judge.check(asLaunched(written));
  if (wrong !== undefined) throw badReference(written, wrong);
  const built = await bench.build(withLauncher(written, baseline), written.source, written);
  if (built.outcome === 'failed') throw doesNotCompile(written, baseline, built.log);
  const target = await asDescribed(bench, written, baseline, built.library);
  const itself = await bench.judge.measure(
    { target: asLaunched(target), baseline: built.library, candidate: built.library, stage: 'alone' },
    bench.onProgress,
  );
  if (itself.outcome !== 'measured') throw failsItsOwnCheck(target, baseline, itself);
  const alike = speedupOf(itself);
  const context: Context = {
    bench,
    target,
    baseline: built,
    hashes: { baseline: hashFiles(baseline) },
    alone: alike === undefined ? [] : baselineTimes(alike),
    noise: alike === undefined ? 0 : sessionNoise(alike.rounds),
    builds: new Map(),
    projectTests: once(() => bench.testProject(target, baseline, built.library)),
  };
  let own: Promise<ModeColumns | undefined> | undefined;
  return {
    target,
    baselineTimes: alike?.workloads ?? [],
    ceilings: itself.ceilings,
    baselineChecks: itself.checks,
    screen: (candidate, options) => verify(context, candidate, 'screen', options),
    confirm: (candidate) => verify(context, candidate, 'confirm'),
    modes: async (of) => {
      if (of !== undefined) return modesOf(context, await builtOf(context, of));
      own ??= modesOf(context, built);
      return own;
    },
  };
}

interface Context extends Session {
  readonly bench: Bench;
  readonly baseline: Extract<Build, { outcome: 'built' }>;
  readonly hashes: { readonly baseline: string };
  /** By the candidate's hash: what is confirmed is the very library that was screened. */
  readonly builds: Map<string, Promise<Build>>;
  /** The baseline's own; asked for at the first confirmation. */
  readonly projectTests: () => Promise<ProjectTests>;
}

function builtOf({ bench, target, builds }: Context, candidate: Candidate): Promise<Build> {
  const building =
    builds.get(candidate.hash) ?? bench.build(withLauncher(target, candidate.files), target.source, target);
  builds.set(candidate.hash, building);
  return building;
}

/** The compiler tells of a kernel that is gone by a line behind the end of the source, where it is launched. */
function doesNotBuild({ kind, source, entry }: Target, { files }: Candidate, arch: string | null | undefined): string {
  if (kind === 'kernel' && !definesKernel(textOf(source, files), entry))
    return `It does not compile: its ${source} has no __global__ function ${entry}.`;
  return arch ? `It does not compile for ${arch}.` : 'It does not compile.';
}

async function modesOf({ bench, target }: Context, built: Build): Promise<ModeColumns | undefined> {
  return built.outcome === 'failed' ? undefined : measureModes(bench, target, built.library);
}

async function verify(
  context: Context,
  candidate: Candidate,
  stage: Evidence['stage'],
  options: ScreenOptions = {},
): Promise<Evidence> {
  const { bench, target } = context;
  const built = await builtOf(context, candidate);
  const common = {
    target: target.name,
    device: bench.hello.device,
    sandbox: bench.hello.sandbox,
    stage,
    hashes: { ...context.hashes, candidate: candidate.hash },
  };
  if (built.outcome === 'failed') {
    const check: Check = { name: 'build', status: 'failed', detail: 'the compiler rejected it' };
    return {
      ...common,
      verdict: 'build-failed',
      reason: doesNotBuild(target, candidate, built.failed_arch),
      workloads: [],
      checks: [check],
      timings_s: { build: built.seconds },
      log: built.log,
    };
  }
  const resources = isPython(target) ? [] : resourcesOf(built.log, bench.hello.device.arch, target, candidate.files);
  const { judgement, measurement, profile } = await measured(context, built, stage, options);
  const tested =
    stage === 'confirm' && measurement.outcome === 'measured' && hasTests(target)
      ? afterTests(judgement, await checkedByProject(context, candidate, built.library))
      : judgement;
  const { phases_s } = measurement;
  const profiling = phases_s.counters ?? 0;
  return {
    ...common,
    ...tested,
    ...(resources.length > 0 ? { resources } : {}),
    ...(profile === undefined ? {} : { profile }),
    timings_s: {
      build: built.seconds,
      [stage]: measurement.seconds - profiling,
      ...(profiling > 0 ? { profile: profiling } : {}),
    },
    phases_s,
  };
}

/** The measurement of a candidate with what it comes to; of two, the second, with the time of both. */
async function measured(
  context: Context,
  { library, architectures }: Extract<Build, { outcome: 'built' }>,
  stage: Evidence['stage'],
  options: ScreenOptions,
) {
  const { bench, target, baseline } = context;
  const question = { target: asLaunched(target), baseline: baseline.library, candidate: library };
  const metrics = options.profile && canBeProfiled(context) ? PROFILE_METRICS.map(({ name }) => name) : undefined;
  const first = await bench.judge.measure({ ...question, stage, ...(metrics && { metrics }) }, bench.onProgress);
  const judgement = judged(first, context, stage, architectures);
  const profile = first.counters;
  if (!isRefutedByClocks(judgement)) return { judgement, measurement: first, profile };

  bench.onProgress('the two clocks disagree: measuring once more');
  // `alone`, the judge times blocks of its own, which a screening does not have: no short measurement condemns anybody.
  const longer = stage === 'screen' ? 'alone' : stage;
  const second = await bench.judge.measure({ ...question, stage: longer }, bench.onProgress);
  const measurement = {
    ...second,
    seconds: first.seconds + second.seconds,
    phases_s: sum(first.phases_s, second.phases_s),
  };
  return { judgement: judged(second, context, stage, architectures), measurement, profile };
}

function sum(a: Measurement['phases_s'], b: Measurement['phases_s']): Measurement['phases_s'] {
  return Object.fromEntries(Object.keys({ ...a, ...b }).map((phase) => [phase, (a[phase] ?? 0) + (b[phase] ?? 0)]));
}

/** In the process of a module or function ncu takes far longer than a screening is worth. */
function canBeProfiled({ bench, target }: Context): boolean {
  return bench.hello.device.kind === 'cuda' && !isPython(target);
}

function hasTests({ project }: Target): boolean {
  return project !== undefined && [...project.tests, ...project.benchmarks].length > 0;
}

/** A candidate that gives right results where the judge looks may still break what the project's own tests know. */
async function checkedByProject(context: Context, candidate: Candidate, library: string): Promise<Check> {
  const { bench, target } = context;
  bench.onProgress("running the project's own tests");
  const ofBaseline = await context.projectTests();
  return projectCheck(ofBaseline, await bench.testProject(target, candidate.files, library));
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
