import { ConfigurationError } from './core/errors.ts';
import type { SourceFile } from './core/source.ts';
import type { Target } from './core/target.ts';
import type { OptimizeRequest } from './events/request.ts';
import { type ReadTarget, readWithFiles } from './targets/baseline.ts';
import { type Caller, callersOf } from './targets/callers.ts';
import { type Configuration, parseConfiguration } from './targets/configuration.ts';
import { changedConventionTargets } from './targets/convention-targets.ts';
import { type DependencyGraph, dependencyGraph } from './targets/dependencies/graph.ts';
import { withRootProject } from './targets/kernel-builder/root-project.ts';
import type { Recognizer } from './targets/kernelbench.ts';
import type { Repository } from './targets/repository.ts';
import { selectTargets } from './targets/select.ts';

/** What a pull request gives to optimize, or why it gives nothing. */
export type Plan =
  | { readonly kind: 'nothing'; readonly reason: string }
  | {
      readonly kind: 'targets';
      readonly targets: readonly PlannedTarget[];
    };

/** A target with its files at the head, and what else is known of it. */
export interface PlannedTarget extends ReadTarget {
  readonly callers: readonly Caller[];
  /** Its files at the base; none where it was not there yet. */
  readonly base: { readonly files?: readonly SourceFile[] };
}

/**
 * Finds the targets that a pull request changes, by their own files or by what those need: those of the configuration, and files in
 * KernelBench's convention or a kernel-builder project in the root, which need none. The configuration is the base branch's, so that a pull request cannot change what it is
 * judged by; the kernels are the head's, by commit and not by branch, so that nothing moves while we work.
 */
export async function planPullRequest(
  repository: Repository,
  request: OptimizeRequest,
  configPath: string,
  recognize: Recognizer,
): Promise<Plan> {
  const text = await repository.readFile(configPath, request.base.sha);
  const written: Configuration = text === undefined ? { targets: [] } : parseConfiguration(text, configPath);
  const configuration = await withRootProject(repository, request.head.sha, written);
  const changed = await repository.changedFiles();
  const graph = dependencyGraph(repository, request.head.sha, changed);
  const { selected, leftOut } = await selectTargets(configuration, changed, graph);
  const found = await changedConventionTargets(repository, request.head.sha, changed, configuration, recognize);
  const chosen = [...selected, ...found.selected].map(({ target }) => target);
  if (chosen.length === 0) {
    const reason =
      text === undefined && leftOut.length === 0
        ? `${request.base.ref} has no ${configPath}; a configuration takes effect once it is merged`
        : `no kernel of ${configPath} changed (${leftOut.map(({ because }) => because).join('; ')})`;
    return { kind: 'nothing', reason };
  }
  // The pull request lists the source as changed and not removed, or it was read to find what it needs: the head has it.
  const before = dependencyGraph(repository, request.base.sha);
  const targets = await Promise.all(
    chosen.map(async (target): Promise<PlannedTarget | undefined> => {
      const [head, base] = await Promise.all([readWithFiles(graph, target), readIfPossible(before, target)]);
      if (head === undefined) return undefined;
      const callers = await callersOf(repository, request.head.sha, head.target, head.baseline);
      return { ...head, callers, base: base === undefined ? {} : { files: base.baseline } };
    }),
  );
  return { kind: 'targets', targets: targets.filter((found) => found !== undefined) };
}

/** What is wrong with the base is nothing that the pull request has to answer for. */
async function readIfPossible(graph: DependencyGraph, target: Target): Promise<ReadTarget | undefined> {
  try {
    return await readWithFiles(graph, target);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}
