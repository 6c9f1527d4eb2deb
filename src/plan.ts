import type { SourceFile } from './core/source.ts';
import type { Target } from './core/target.ts';
import type { OptimizeRequest } from './events/request.ts';
import { baselineFiles } from './targets/baseline.ts';
import { parseConfiguration } from './targets/configuration.ts';
import { dependencyGraph } from './targets/dependencies/graph.ts';
import type { Repository } from './targets/repository.ts';
import { selectTargets } from './targets/select.ts';

/** What a pull request gives to optimize, or why it gives nothing. */
export type Plan =
  | { readonly kind: 'nothing'; readonly reason: string }
  | {
      readonly kind: 'targets';
      readonly targets: readonly { readonly target: Target; readonly baseline: readonly SourceFile[] }[];
    };

/**
 * Finds the targets that a pull request changes, by their own files or by what those need. The configuration is the base branch's, so that a pull request cannot choose what
 * runs; the kernels are the head's, by commit and not by branch, so that nothing moves while we work.
 */
export async function planPullRequest(
  repository: Repository,
  request: OptimizeRequest,
  configPath: string,
): Promise<Plan> {
  const text = await repository.readFile(configPath, request.base.sha);
  if (text === undefined) {
    return {
      kind: 'nothing',
      reason: `${request.base.ref} has no ${configPath}; a configuration takes effect once it is merged`,
    };
  }
  const changedFiles = await repository.changedFiles();
  const graph = dependencyGraph(repository, request.head.sha, changedFiles);
  const { selected, leftOut } = await selectTargets(parseConfiguration(text, configPath), changedFiles, graph);
  if (selected.length === 0) {
    return {
      kind: 'nothing',
      reason: `no kernel of ${configPath} changed (${leftOut.map(({ because }) => because).join('; ')})`,
    };
  }
  const targets = await Promise.all(
    selected.map(async ({ target }) => {
      const baseline = await baselineFiles(graph, target);
      // The pull request lists the source as changed and not removed, or it was read to find what it needs: the head has it.
      return baseline === undefined ? [] : [{ target, baseline }];
    }),
  );
  return { kind: 'targets', targets: targets.flat() };
}
