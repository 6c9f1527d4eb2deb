import type { Benchmark, BenchmarkedWorkload, Comparison, OwnMeasurement } from '../core/benchmark.ts';
import { ConfigurationError } from '../core/errors.ts';
import type { ModeColumns } from '../core/mode-column.ts';
import { candidateOf, type SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import { type BaseFiles, measureAgainstBase } from './against-base.ts';
import { type Bench, prepareVerifier } from './verifier.ts';

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

/** A target's own code by itself. Fails as `prepareVerifier`. */
export async function measureOwn(bench: Bench, target: Target, files: readonly SourceFile[]): Promise<OwnMeasurement> {
  const { baselineTimes, baselineChecks: checks, modes } = await prepareVerifier(bench, target, files);
  const workloads = baselineTimes.map(({ name, baseline_us, floor_us }) => timesOf(name, baseline_us, floor_us));
  return withModes({ workloads, checks }, await modes());
}

async function measureAlone(bench: Bench, target: Target, files: readonly SourceFile[]): Promise<Benchmark> {
  try {
    return { target: target.name, outcome: 'measured', ...(await measureOwn(bench, target, files)) };
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
  const { comparison: found, verifier } = await measureAgainstBase(bench, target, files, base);
  if (found.kind !== 'measured') return { comparison: found };
  const { kind, verdict, reason, workloads, checks } = found;
  const comparison: Comparison = { kind, verdict, reason };
  if (workloads.length === 0) return { comparison };
  const modes = await verifier?.modes(candidateOf(files));
  return {
    comparison,
    benchmark: { target: target.name, outcome: 'measured', ...withModes({ workloads, checks }, modes), comparison },
  };
}

function withModes(measured: OwnMeasurement, modes: ModeColumns | undefined): OwnMeasurement {
  return modes === undefined ? measured : { ...measured, modes };
}

function timesOf(name: string, us: number, floor_us: number | undefined): BenchmarkedWorkload {
  return { name, us, ...(floor_us === undefined ? {} : { floor_us }) };
}
