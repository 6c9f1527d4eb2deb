import { ConfigurationError, orMistake } from './core/errors.ts';
import type { LeftOut } from './core/outcome.ts';
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
import { targetAt } from './targets/named-target.ts';
import type { Repository } from './targets/repository.ts';
import { selectTargets, unreadIn } from './targets/select.ts';

/** What a pull request gives to optimize, or why it gives nothing. */
export type Plan = NothingPlanned | PlannedTargets;

export interface NothingPlanned {
  readonly kind: 'nothing';
  readonly reason: string;
  /** As below: where there are some, somebody should hear of it. */
  readonly leftOut: readonly LeftOut[];
}

export interface PlannedTargets {
  readonly kind: 'targets';
  readonly targets: readonly PlannedTarget[];
  /** Those that belong to the request as well, and cannot be read as they are at the head. */
  readonly leftOut: readonly LeftOut[];
}

/** A target with its files at the head, and what else is known of it. */
export interface PlannedTarget extends ReadTarget {
  /** As the configuration has it: of a project without what its `build.toml` says. */
  readonly written: Target;
  readonly callers: readonly Caller[];
  /** Its files at the base; none where it was not there yet. */
  readonly base: { readonly files?: readonly SourceFile[] };
}

/** What is looked for: a pull request's two commits. */
type Commits = Pick<OptimizeRequest, 'base' | 'head'>;

/**
 * Finds the targets that a pull request changes, by their own files or by what those need: those of the configuration, and files in
 * KernelBench's convention or a kernel-builder project in the root, which need none. The configuration is the base branch's, so that a pull request cannot change what it is
 * judged by; the kernels are the head's, by commit and not by branch, so that nothing moves while we work.
 *
 * @param names of targets, or paths of `.py` and `build.toml` files, in place of what changed; empty for that
 * @throws ConfigurationError for a name of which there is no target, and where none of those that are named can be read
 */
export async function planPullRequest(
  repository: Repository,
  request: Commits,
  configPath: string,
  recognize: Recognizer,
  names: readonly string[] = [],
): Promise<Plan> {
  const commits = { base: request.base.sha, head: request.head.sha };
  const { configuration, isWritten } = await readConfiguration(repository, commits, configPath);
  if (names.length > 0) {
    const named = names.map((name) => targetAt(repository, request.head.sha, configuration, name, recognize));
    const graph = dependencyGraph(repository, request.head.sha);
    const read = await readAll(repository, request, graph, await Promise.all(named));
    if (read.targets.length === 0) throw new ConfigurationError(listed(read.leftOut).join('\n'));
    return { kind: 'targets', ...read };
  }
  const changed = await repository.changedFiles();
  const graph = dependencyGraph(repository, request.head.sha, changed);
  const { selected, leftOut } = await selectTargets(configuration, changed, graph);
  const found = await changedConventionTargets(repository, request.head.sha, changed, configuration, recognize);
  const chosen = [...selected, ...found.selected].map(({ target }) => target);
  const read = await readAll(repository, request, graph, chosen);
  const unread = [...unreadIn({ leftOut }), ...read.leftOut];
  if (read.targets.length > 0) return { kind: 'targets', targets: read.targets, leftOut: unread };
  const nothing = { kind: 'nothing', leftOut: unread } as const;
  if (chosen.length > 0)
    return { ...nothing, reason: `nothing that changed can be read (${listed(unread).join('; ')})` };
  const reason =
    !isWritten && leftOut.length === 0
      ? `${request.base.ref} has no ${configPath}; a configuration takes effect once it is merged`
      : `no kernel of ${configPath} changed (${leftOut.map(({ because }) => because).join('; ')})`;
  return { ...nothing, reason };
}

function listed(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map(({ name, because }) => `${name}: ${because}`);
}

/** Those that the head has whole; one that is named may be gone, and what is wrong with one costs the others nothing. */
async function readAll(
  repository: Repository,
  { base, head }: Commits,
  graph: DependencyGraph,
  targets: readonly Target[],
): Promise<{ readonly targets: readonly PlannedTarget[]; readonly leftOut: readonly LeftOut[] }> {
  const before = dependencyGraph(repository, base.sha);
  const read = targets.map(async (target): Promise<PlannedTarget | LeftOut> => {
    const [now, then] = await Promise.all([
      orMistake(readWithFiles(graph, target)),
      orMistake(readWithFiles(before, target)),
    ]);
    if (now instanceof ConfigurationError) return { name: target.name, because: now.problem };
    if (now === undefined) return { name: target.name, because: `there is no ${target.source} at the head` };
    const callers = await callersOf(repository, head.sha, now.target, now.baseline);
    // What is wrong with the base is nothing that the pull request has to answer for.
    const isThere = then !== undefined && !(then instanceof ConfigurationError);
    return { ...now, written: target, callers, base: isThere ? { files: then.baseline } : {} };
  });
  const found = await Promise.all(read);
  return {
    targets: found.filter((one) => 'baseline' in one),
    leftOut: found.filter((one) => 'because' in one),
  };
}

/** Names of all targets of the configuration at a commit, and of a project in the root. */
export async function configuredNames(
  repository: Repository,
  sha: string,
  configPath: string,
): Promise<readonly string[]> {
  const { configuration } = await readConfiguration(repository, { base: sha, head: sha }, configPath);
  return configuration.targets.map(({ name }) => name);
}

/** The configuration as the base has it, if it has one, with a project in the root of the head. */
async function readConfiguration(
  repository: Repository,
  { base, head }: { readonly base: string; readonly head: string },
  path: string,
): Promise<{ readonly configuration: Configuration; readonly isWritten: boolean }> {
  const text = await repository.readFile(path, base);
  const written = text === undefined ? { targets: [] } : parseConfiguration(text, path);
  return { configuration: await withRootProject(repository, head, written), isWritten: text !== undefined };
}
