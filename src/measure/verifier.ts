import type { Ceilings, Check, Evidence, WorkloadTimes } from '../core/evidence.ts';
import type { ModeColumns } from '../core/mode-column.ts';
import { type Candidate, hashFiles, type SourceFile } from '../core/source.ts';
import { isPython, isTensor, type Target } from '../core/target.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Verifier } from '../core/verifier.ts';
import { type BaselineTimes, baselineCheck, baselineTimes } from './baseline-check.ts';
import { cannotBeConstructed, doesNotCompile, failsItsOwnCheck, hasNoGradients } from './baseline-failure.ts';
import type { Build, Builder } from './build.ts';
import type { Describer } from './describe.ts';
import { describedTarget } from './described-target.ts';
import type { Judge } from './judge.ts';
import type { Hello, Measurement } from './judge-report.ts';
import { asLaunched, withLauncher } from './kernel-launcher.ts';
import { measureModes } from './mode-columns.ts';
import { pairedVerdict } from './paired-verdict.ts';
import { PROFILE_METRICS } from './profile-metrics.ts';
import { resourcesOf } from './resources.ts';
import { sessionNoise } from './session-noise.ts';
import { speedupOf } from './speedup.ts';

export interface Bench {
  readonly judge: Judge;
  readonly build: Builder;
  readonly describe: Describer;
  readonly hello: Hello;
  /** Whether a screening also asks the profiler what limits a candidate, which takes a few seconds more; for whoever will read it. */
  readonly profile?: boolean;
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
 * cannot be built, described or run, or fails its own check.
 */
export async function prepareVerifier(
  bench: Bench,
  written: Target,
  baseline: readonly SourceFile[],
): Promise<PreparedVerifier> {
  const built = await bench.build(withLauncher(written, baseline), written.source, written.build);
  if (built.outcome === 'failed') throw doesNotCompile(written, baseline, built.log);
  const target = written.kind === 'module' ? await asDescribed(bench, written, baseline) : written;
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
  };
  let own: Promise<ModeColumns | undefined> | undefined;
  return {
    target,
    baselineTimes: alike?.workloads ?? [],
    ceilings: itself.ceilings,
    baselineChecks: itself.checks,
    screen: (candidate) => verify(context, candidate, 'screen'),
    confirm: (candidate) => verify(context, candidate, 'confirm'),
    modes: async (of) => {
      if (of !== undefined) return modesOf(context, await builtOf(context, of));
      own ??= modesOf(context, built);
      return own;
    },
  };
}

/** The state of a module is what its baseline has; nobody writes it down by hand. */
async function asDescribed(bench: Bench, target: Target, baseline: readonly SourceFile[]): Promise<Target> {
  bench.onProgress(`looking at the state of ${target.entry}`);
  const described = await bench.describe(target, baseline);
  if (described.outcome === 'failed') throw cannotBeConstructed(target, described.log);
  const complete = describedTarget(target, described);
  if (complete.backward && !hasGradients(complete)) throw hasNoGradients(complete);
  return complete;
}

function hasGradients({ arguments: all, parameters }: Target): boolean {
  const inputs = all.filter(isTensor).filter(({ role }) => role === 'input');
  return parameters.some(({ learned }) => learned) || inputs.some(({ dtype }) => dtype.includes('f'));
}

interface Context {
  readonly bench: Bench;
  readonly target: Target;
  readonly baseline: Extract<Build, { outcome: 'built' }>;
  readonly hashes: { readonly baseline: string };
  /** The baseline's times against itself. */
  readonly alone: readonly BaselineTimes[];
  /** Share by which this session may measure two copies of the baseline apart. */
  readonly noise: number;
  /** By the candidate's hash: what is confirmed is the very library that was screened. */
  readonly builds: Map<string, Promise<Build>>;
}

function builtOf({ bench, target, builds }: Context, candidate: Candidate): Promise<Build> {
  const building =
    builds.get(candidate.hash) ?? bench.build(withLauncher(target, candidate.files), target.source, target.build);
  builds.set(candidate.hash, building);
  return building;
}

async function modesOf({ bench, target }: Context, built: Build): Promise<ModeColumns | undefined> {
  return built.outcome === 'failed' ? undefined : measureModes(bench, target, built.library);
}

async function verify(context: Context, candidate: Candidate, stage: Evidence['stage']): Promise<Evidence> {
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
      reason: built.failed_arch ? `It does not compile for ${built.failed_arch}.` : 'It does not compile.',
      workloads: [],
      checks: [check],
      timings_s: { build: built.seconds },
      log: built.log,
    };
  }
  const resources = isPython(target) ? [] : resourcesOf(built.log, bench.hello.device.arch, target, candidate.files);
  const measurement = await bench.judge.measure(
    {
      target: asLaunched(target),
      baseline: context.baseline.library,
      candidate: built.library,
      stage,
      ...(asksProfiler(context, stage) ? { metrics: PROFILE_METRICS.map(({ name }) => name) } : {}),
    },
    bench.onProgress,
  );
  const { counters: profile, phases_s } = measurement;
  const profiling = phases_s.counters ?? 0;
  return {
    ...common,
    ...judged(measurement, context, stage, built.architectures),
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

/** ncu takes seconds, and in the process of a module or function far longer than a screening is worth. */
function asksProfiler({ bench, target }: Context, stage: Evidence['stage']): boolean {
  return stage === 'screen' && bench.profile === true && bench.hello.device.kind === 'cuda' && !isPython(target);
}

type Judged = Pick<Evidence, 'verdict' | 'reason' | 'checks' | 'workloads' | 'speedup' | 'log'>;

/** `architectures`: for which nvcc compiled it. */
function judged(
  measurement: Measurement,
  { alone, noise, target }: Context,
  stage: Evidence['stage'],
  architectures: readonly string[] = [],
): Judged {
  const asked = (target.build?.architectures.length ?? 0) > 0 && architectures.length > 0;
  const compiles = asked ? `it compiles for ${architectures.join(', ')}` : 'it compiles';
  const built: Check = { name: 'build', status: 'passed', detail: isPython(target) ? 'its syntax is right' : compiles };
  const checks = [built, ...measurement.checks];
  if (measurement.outcome !== 'measured') {
    const { verdict, says, ofPython, check } = FAILURES[measurement.outcome];
    const detail = measurement.detail.replace(/\.$/, '');
    return {
      verdict,
      reason: `${(isPython(target) && ofPython) || says}: ${detail}.`,
      checks: check === undefined ? checks : [...checks, { name: check, status: 'failed', detail }],
      workloads: [],
      ...(measurement.log === '' ? {} : { log: measurement.log }),
    };
  }
  const timed = speedupOf(measurement);
  if (timed === undefined) {
    return {
      verdict: 'not-proven',
      reason: 'Correct on the emulated device; there was no GPU to measure a speedup on.',
      checks,
      workloads: [],
    };
  }
  const { verdict, reason, checks: ofTimes } = pairedVerdict(timed, noise, stage);
  const { speedup, workloads } = timed;
  const undisturbed = baselineCheck(alone, baselineTimes(timed));
  const judgement = { checks: [...checks, ...ofTimes, undisturbed], speedup, workloads };
  if (undisturbed.status === 'failed' && (verdict === 'faster' || verdict === 'not-proven')) {
    return {
      verdict: 'not-proven',
      reason: `Correct, but ${undisturbed.detail}: the ratio says nothing.`,
      ...judgement,
    };
  }
  return { verdict, reason, ...judgement };
}

const FAILURES: Record<
  Exclude<Measurement['outcome'], 'measured'>,
  { verdict: Verdict; says: string; ofPython?: string; check?: string }
> = {
  incorrect: { verdict: 'incorrect', says: 'Wrong result' },
  rejected: { verdict: 'rejected', says: 'It breaks a rule' },
  crashed: { verdict: 'crashed', says: 'It crashed', check: 'runs' },
  'timed-out': { verdict: 'timed-out', says: 'It did not finish', check: 'runs' },
  // It had passed alone, and its inputs and outputs are its own: whatever went wrong came from beside it.
  'baseline-failed': {
    verdict: 'rejected',
    says: 'The baseline, which passes its check alone, fails beside it',
    check: 'baseline',
  },
  'load-failed': {
    verdict: 'build-failed',
    says: 'It compiles but cannot be loaded',
    ofPython: 'It cannot be loaded',
    check: 'loads',
  },
};
