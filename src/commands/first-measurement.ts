import type { Benchmark, BenchmarkRun } from '../core/benchmark.ts';
import { ConfigurationError } from '../core/errors.ts';
import type { Target } from '../core/target.ts';
import { benchmark } from '../measure/benchmark.ts';
import type { Harness } from '../measure/harness.ts';
import { withWorkshop } from '../optimize.ts';
import { dependencyGraph } from '../targets/dependencies/graph.ts';
import { WORKING_TREE } from '../targets/local-repository.ts';
import type { Repository } from '../targets/repository.ts';
import type { Door } from './door.ts';
import { readBaseline } from './local-targets.ts';

/** Each takes seconds to minutes; when so many cannot be measured, the reasons are worth reading first. */
const MOST_TRIED = 5;

/** Measures targets in their order until one could be measured, which is the last in what is given back. */
export function measureFirst(
  targets: readonly Target[],
  repository: Pick<Repository, 'readFile' | 'listFiles'>,
  harness: Harness,
  door: Pick<Door, 'env' | 'step'>,
): Promise<BenchmarkRun> {
  const graph = dependencyGraph(repository, WORKING_TREE);
  return withWorkshop({ harness, env: door.env, onStep: door.step }, async (workshop) => {
    const tried: Benchmark[] = [];
    for (const target of targets.slice(0, MOST_TRIED)) {
      door.step(`${target.name}: building and checking ${target.source}`);
      const bench = { ...workshop, onProgress: (text: string) => door.step(`${target.name}: ${text}`) };
      const found = await orReason(target, async () => {
        const read = await readBaseline(graph, target);
        return benchmark(bench, read.target, read.baseline);
      });
      tried.push(found);
      if (found.outcome === 'measured') break;
    }
    return { ...workshop.hello, targets: tried };
  });
}

/** What is wrong with one target does not keep the next from being tried. */
async function orReason(target: Target, measure: () => Promise<Benchmark>): Promise<Benchmark> {
  try {
    return await measure();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { target: target.name, outcome: 'failed', reason: error.problem };
  }
}
