import type { SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import type { DependencyGraph } from './dependencies/graph.ts';

/**
 * A target's files as `graph` has them: its source first, then what is compiled with it, and what these include or import of the repository; undefined when there is no source.
 * @throws ConfigurationError when they are too many.
 */
export async function baselineFiles(graph: DependencyGraph, target: Target): Promise<SourceFile[] | undefined> {
  const needed = await graph.neededBy(target);
  return needed?.flatMap(({ path, content }) => (content === undefined ? [] : [{ path, content }]));
}
