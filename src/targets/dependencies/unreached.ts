import type { SourceFile } from '../../core/source.ts';
import type { Target } from '../../core/target.ts';
import { dependencyGraph } from './graph.ts';
import type { Syntax } from './syntax.ts';

/**
 * Those of `added` that nothing of a candidate includes or imports, by the rules that find a target's own files. What nothing reaches is not
 * built, so no measurement is of it.
 *
 * @param files all of the candidate
 * @throws ConfigurationError where these are more than can belong to a target
 */
export async function unreachedFiles(
  target: Target,
  files: readonly SourceFile[],
  added: readonly SourceFile[],
  syntax: Syntax,
): Promise<readonly string[]> {
  if (added.length === 0) return [];
  const candidate = {
    readFile: async (path: string) => files.find((file) => file.path === path)?.content,
    listFiles: async () => [],
  };
  const reached = (await dependencyGraph(candidate, '', [], syntax).neededBy(target)) ?? [];
  return added.map(({ path }) => path).filter((path) => reached.every((file) => file.path !== path));
}
