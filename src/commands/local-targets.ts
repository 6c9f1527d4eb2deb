import { stat } from 'node:fs/promises';
import { ConfigurationError, EnvironmentError, orMistake } from '../core/errors.ts';
import { isPython, type Target } from '../core/target.ts';
import { type ReadTarget, readWithFiles } from '../targets/baseline.ts';
import { type Configuration, parseConfiguration } from '../targets/configuration.ts';
import type { DependencyGraph } from '../targets/dependencies/graph.ts';
import { whyNoRootProject, withRootProject } from '../targets/kernel-builder/root-project.ts';
import type { Recognizer } from '../targets/kernelbench.ts';
import { localRepository, WORKING_TREE } from '../targets/local-repository.ts';
import { isPath, targetAt } from '../targets/named-target.ts';
import type { ChangedFile, Repository } from '../targets/repository.ts';
import type { Flags } from './options.ts';

/** The checkout that `--root` names, to be compared with `--base`. */
export async function openRepository({ root, base }: Flags): Promise<Repository> {
  const stats = await stat(String(root)).catch(() => undefined);
  if (!stats?.isDirectory()) {
    throw new ConfigurationError(`There is no folder ${root}; name the root of the repository by -C or --root.`);
  }
  return localRepository(String(root), typeof base === 'string' ? { base } : {});
}

/** The configuration of the working tree, with a kernel-builder project in its root. */
async function readLocalConfiguration(repository: Repository, path: string): Promise<Configuration> {
  const configuration = await readConfigurationIfThere(repository, path);
  if (configuration === undefined) throw await noConfiguration(repository, path);
  return configuration;
}

/** The same, where files may do that need none. */
export async function readConfigurationIfThere(
  repository: Repository,
  path: string,
): Promise<Configuration | undefined> {
  const text = await repository.readFile(path, WORKING_TREE);
  const written = text === undefined ? { targets: [] } : parseConfiguration(text, path);
  const found = await withRootProject(repository, WORKING_TREE, written);
  return text === undefined && found.targets.length === 0 ? undefined : found;
}

/** What to do where there is nothing to go by, and why a `build.toml` that lies there is not enough. */
export async function noConfiguration(repository: Repository, path: string): Promise<ConfigurationError> {
  const passedOver = await whyNoRootProject(repository, WORKING_TREE);
  const project = passedOver === undefined ? '' : `, and ${passedOver}`;
  return new ConfigurationError(
    `There is no ${path} here${project}: let "kernelwright init" draft one, write one as docs/configuration.md shows, or name another by --config or --root.`,
  );
}

/**
 * The target of the working tree with the name, or that a path of a `.py` file or a `build.toml` stands for. Only a name needs a configuration.
 */
export async function findTarget(
  repository: Repository,
  configPath: string,
  name: string,
  recognize: Recognizer,
): Promise<Target> {
  const configuration = isPath(name)
    ? ((await readConfigurationIfThere(repository, configPath)) ?? { targets: [] })
    : await readLocalConfiguration(repository, configPath);
  return targetAt(repository, WORKING_TREE, configuration, name, recognize);
}

/** The targets with the names, as `findTarget` finds each; all those of the configuration where there are no names. */
export async function chosenTargets(
  repository: Repository,
  configPath: string,
  names: readonly string[],
  recognize: Recognizer,
): Promise<readonly Target[]> {
  if (names.length === 0) return (await readLocalConfiguration(repository, configPath)).targets;
  return Promise.all(names.map((name) => findTarget(repository, configPath, name, recognize)));
}

/** A target with its files as `graph` has them, which is of the working tree. */
export async function readBaseline(graph: DependencyGraph, target: Target): Promise<ReadTarget> {
  const found = await readWithFiles(graph, target);
  if (found === undefined) {
    throw new ConfigurationError(
      `there is no ${target.source} in the working tree; correct ${isPython(target) ? `"${target.kind}"` : '"source"'} in the configuration.`,
      { target: target.name },
    );
  }
  return found;
}

/** Work on a target that was read, or why there is none. */
export interface Attempt<T> {
  readonly name: string;
  readonly found: T | ConfigurationError;
}

/**
 * Reads each target by itself: what is wrong with one is no reason to work on no other.
 * @throws ConfigurationError with all that is wrong, one line each, where nothing is left to work on
 */
export async function readEach<T>(
  targets: readonly Target[],
  read: (target: Target) => Promise<T>,
): Promise<readonly Attempt<T>[]> {
  const attempts = await Promise.all(
    targets.map(async (target) => ({ name: target.name, found: await orMistake(read(target)) })),
  );
  const problems = attempts.map(({ found }) => found).filter((found) => found instanceof ConfigurationError);
  if (problems.length > 0 && problems.length === attempts.length)
    throw new ConfigurationError(problems.map(({ message }) => message).join('\n'));
  return attempts;
}

/** What the working tree changes; `instead` says what to do where there is no git. */
export async function readChanges(repository: Repository, instead: string): Promise<readonly ChangedFile[]> {
  try {
    return await repository.changedFiles();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    throw new EnvironmentError(`${error.message.replace(/\.?$/, '.')} ${instead}`, { cause: error });
  }
}
