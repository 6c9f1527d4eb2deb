import { ConfigurationError } from '../core/errors.ts';
import { isPython, type Target } from '../core/target.ts';
import type { Configuration } from './configuration.ts';
import type { DependencyGraph } from './dependencies/graph.ts';
import type { ChangedFile } from './repository.ts';

/**
 * The changed `.cu` files that no target names and none includes: somebody works on them, and nothing becomes of them. Paths in the order of
 * `changedFiles`.
 */
export async function unnamedKernels(
  configuration: Configuration,
  changedFiles: readonly ChangedFile[],
  graph: DependencyGraph,
): Promise<string[]> {
  const sources = new Set(configuration.targets.map(({ source }) => source));
  const unnamed = changedFiles
    .filter(({ path, status }) => path.endsWith('.cu') && status !== 'removed' && !sources.has(path))
    .map(({ path }) => path);
  if (unnamed.length === 0) return [];
  const included = await pathsNeeded(
    configuration.targets.filter((target) => target.kind === 'kernel-builder' || !isPython(target)),
    graph,
  );
  return unnamed.filter((path) => !included.has(path));
}

/** The sources of the targets and all that they include or import. */
export async function pathsNeeded(targets: readonly Target[], graph: DependencyGraph): Promise<ReadonlySet<string>> {
  return new Set((await Promise.all(targets.map((target) => pathsNeededBy(target, graph)))).flat());
}

/** None for a target that cannot be read whole, which the selection tells. */
async function pathsNeededBy(target: Target, graph: DependencyGraph): Promise<string[]> {
  try {
    return (await graph.neededBy(target))?.map(({ path }) => path) ?? [];
  } catch (error) {
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}
