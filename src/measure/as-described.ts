import type { SourceFile } from '../core/source.ts';
import { isTensor, type Target } from '../core/target.ts';
import { cannotBeConstructed, cannotBeImported, hasNoBenchmarks, hasNoGradients } from './baseline-failure.ts';
import type { Describer } from './describe.ts';
import { fromBenchmarks } from './described-benchmarks.ts';
import { describedTarget } from './described-target.ts';

interface Describing {
  readonly describe: Describer;
  readonly onProgress: (text: string) => void;
}

/** The state of a module is what its baseline has; nobody writes it down by hand. A project may leave it to its benchmarks how it is called. */
export async function asDescribed(
  bench: Describing,
  target: Target,
  baseline: readonly SourceFile[],
  library: string,
): Promise<Target> {
  if (target.convention === 'benchmarks') return asBenchmarked(bench, target, baseline, library);
  if (target.kind !== 'module') return target;
  bench.onProgress(`looking at the state of ${target.entry}`);
  const described = await bench.describe(target, baseline);
  if (described.outcome === 'failed') throw cannotBeConstructed(target, described.log);
  const complete = describedTarget(target, described);
  if (complete.backward && !hasGradients(complete)) throw hasNoGradients(complete);
  return complete;
}

async function asBenchmarked(
  bench: Describing,
  target: Target,
  baseline: readonly SourceFile[],
  library: string,
): Promise<Target> {
  bench.onProgress('looking at what its benchmarks call');
  const described = await bench.describe(target, baseline, library);
  if (described.outcome === 'failed') throw cannotBeImported(target, described.log);
  const found = fromBenchmarks(target, described.benchmarks ?? { workloads: [], left_out: [] });
  for (const { name, because } of found.leftOut) bench.onProgress(`${name} is left out: it ${because}`);
  if (found.target === undefined) throw hasNoBenchmarks(target, found.leftOut);
  return found.target;
}

function hasGradients({ arguments: all, parameters }: Target): boolean {
  const inputs = all.filter(isTensor).filter(({ role }) => role === 'input');
  return parameters.some(({ learned }) => learned) || inputs.some(({ dtype }) => dtype.includes('f'));
}
