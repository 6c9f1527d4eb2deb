import type { AgainstBase, BenchmarkedWorkload } from '../core/benchmark.ts';
import { ConfigurationError } from '../core/errors.ts';
import type { WorkloadTimes } from '../core/evidence.ts';
import { candidateOf, hashFiles, type SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import { type Bench, type PreparedVerifier, prepareVerifier } from './verifier.ts';

/** The files of a target at another revision; undefined where it had none, the reason where they cannot be read. */
export type BaseFiles = readonly SourceFile[] | ConfigurationError | undefined;

/**
 * Measures the code of the head as strictly as a candidate to be confirmed, with the code of the base as its baseline. Where both are the
 * same, or the base has none, nothing is built. A base that does not do its own job is a result and not an error.
 *
 * @returns with the verifier of the base, where there was something to compare
 */
export async function measureAgainstBase(
  bench: Bench,
  target: Target,
  head: readonly SourceFile[],
  base: BaseFiles,
): Promise<{ readonly comparison: AgainstBase; readonly verifier?: PreparedVerifier }> {
  if (base === undefined) return { comparison: { kind: 'absent' } };
  if (base instanceof ConfigurationError) return { comparison: { kind: 'failed', reason: base.problem } };
  if (hashFiles(base) === hashFiles(head)) return { comparison: { kind: 'same' } };
  try {
    const verifier = await prepareVerifier(bench, target, base);
    const evidence = await verifier.confirm(candidateOf(head));
    const { verdict, reason, speedup, checks, timings_s } = evidence;
    const comparison: AgainstBase = {
      kind: 'measured',
      verdict,
      reason,
      ...(speedup === undefined ? {} : { speedup }),
      workloads: evidence.workloads.map(comparedTimes),
      checks,
      seconds: timings_s.confirm ?? 0,
    };
    return { comparison, verifier };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { comparison: { kind: 'failed', reason: error.problem } };
  }
}

function comparedTimes(times: WorkloadTimes): BenchmarkedWorkload {
  const { name, baseline_us, candidate_us, speedup, low, high, floor_us } = times;
  const floor = floor_us === undefined ? {} : { floor_us };
  return { name, us: candidate_us, ...floor, base_us: baseline_us, speedup, low, high };
}
