import type { SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import type { DependencyGraph } from './dependencies/graph.ts';

/** A target with its files, ready to be measured. */
export interface ReadTarget {
  /** Of a project, with what its `build.toml` says. */
  readonly target: Target;
  /** Its source first, then what is compiled with it, and what these include or import of the repository; of a project all that it is made of. */
  readonly baseline: readonly SourceFile[];
}

/**
 * A target and its files as `graph` has them; undefined when there is no source.
 * @throws ConfigurationError when they are too many, or a project is none that can be built.
 */
export async function readWithFiles(graph: DependencyGraph, written: Target): Promise<ReadTarget | undefined> {
  const [target, needed] = await Promise.all([graph.resolve(written), graph.neededBy(written)]);
  if (target === undefined || needed === undefined) return undefined;
  const files = needed.flatMap(({ path, content }) => (content === undefined ? [] : [{ path, content }]));
  const isSource = ({ path }: SourceFile) => path === target.source;
  return { target, baseline: [...files.filter(isSource), ...files.filter((file) => !isSource(file))] };
}
