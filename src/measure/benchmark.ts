import type { Benchmark, BenchmarkedWorkload, Comparison } from '../core/benchmark.ts';
import { ConfigurationError } from '../core/errors.ts';
import type { Check, WorkloadTimes } from '../core/evidence.ts';
import type { ModeColumns } from '../core/mode-column.ts';
import { candidateOf, hashFiles, type SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import { type Bench, prepareVerifier } from './verifier.ts';

type Measured = Extract<Benchmark, { outcome: 'measured' }>;

/** The files of a target at another revision; undefined where it had none, the reason where they cannot be read. */
export type BaseFiles = readonly SourceFile[] | ConfigurationError | undefined;

/**
 * Measures a target's own code by itself and, with `base`, against that of another revision, which is then the baseline. Code that
 * does not do its own job is a result and not an error.
 *
 * @param base wrapped, since a revision may be asked for that has no such files
 */
export async function benchmark(
  bench: Bench,
  target: Target,
  files: readonly SourceFile[],
  base?: { readonly files: BaseFiles },
): Promise<Benchmark> {
  const compared = base === undefined ? undefined : await compare(bench, target, files, base.files);
  if (compared?.benchmark !== undefined) return compared.benchmark;
  const alone = await measureAlone(bench, target, files);
  return alone.outcome === 'measured' && compared !== undefined ? { ...alone, comparison: compared.comparison } : alone;
}

async function measureAlone(bench: Bench, target: Target, files: readonly SourceFile[]): Promise<Benchmark> {
  try {
    const verifier = await prepareVerifier(bench, target, files);
    const workloads = verifier.baselineTimes.map(({ name, baseline_us, floor_us }) =>
      timesOf(name, baseline_us, floor_us),
    );
    return measured(target, workloads, verifier.baselineChecks, await verifier.modes());
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { target: target.name, outcome: 'failed', reason: error.problem };
  }
}

/** Where both revisions could be timed, that says all of the code as it is too; otherwise why there is no comparison. */
async function compare(
  bench: Bench,
  target: Target,
  files: readonly SourceFile[],
  base: BaseFiles,
): Promise<{ readonly comparison: Comparison; readonly benchmark?: Benchmark }> {
  if (base === undefined) return { comparison: { kind: 'absent' } };
  if (base instanceof ConfigurationError) return { comparison: { kind: 'failed', reason: base.problem } };
  if (hashFiles(base) === hashFiles(files)) return { comparison: { kind: 'same' } };
  try {
    const verifier = await prepareVerifier(bench, target, base);
    const { verdict, reason, workloads, checks } = await verifier.confirm(candidateOf(files));
    const comparison: Comparison = { kind: 'measured', verdict, reason };
    if (workloads.length === 0) return { comparison };
    const timed = workloads.map(comparedTimes);
    const modes = await verifier.modes(candidateOf(files));
    return { comparison, benchmark: { ...measured(target, timed, checks, modes), comparison } };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { comparison: { kind: 'failed', reason: error.problem } };
  }
}

function measured(
  { name }: Target,
  workloads: readonly BenchmarkedWorkload[],
  checks: readonly Check[],
  modes: ModeColumns | undefined,
): Measured {
  return { target: name, outcome: 'measured', workloads, checks, ...(modes === undefined ? {} : { modes }) };
}

function comparedTimes({ name, baseline_us, candidate_us, speedup, low, high, floor_us }: WorkloadTimes) {
  return { ...timesOf(name, candidate_us, floor_us), base_us: baseline_us, speedup, low, high };
}

function timesOf(name: string, us: number, floor_us: number | undefined): BenchmarkedWorkload {
  return { name, us, ...(floor_us === undefined ? {} : { floor_us }) };
}
