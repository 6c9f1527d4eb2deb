import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { ConfigurationError, EnvironmentError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { BUILD_FILE } from '../core/project.ts';
import { isPython, type Target } from '../core/target.ts';
import { type ReadTarget, readWithFiles } from '../targets/baseline.ts';
import { type Configuration, parseConfiguration } from '../targets/configuration.ts';
import { conventionTargetAt } from '../targets/convention-targets.ts';
import type { DependencyGraph } from '../targets/dependencies/graph.ts';
import { projectTargetAt, withRootProject } from '../targets/kernel-builder/root-project.ts';
import type { Recognizer } from '../targets/kernelbench.ts';
import { localRepository, WORKING_TREE } from '../targets/local-repository.ts';
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
  if (configuration === undefined) throw noConfiguration(path);
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

export function noConfiguration(path: string): ConfigurationError {
  return new ConfigurationError(
    `There is no ${path} here: let "kernelwright init" draft one, write one as docs/configuration.md shows, or name another by --config or --root.`,
  );
}

/**
 * The target of the configuration with the name; or, for the path of a `.py` file, the target that the file is by KernelBench's convention,
 * and for that of a `build.toml` its project, which need no configuration.
 */
export async function findTarget(
  repository: Repository,
  configPath: string,
  name: string,
  recognize: Recognizer,
): Promise<Target> {
  if (posix.basename(name) === BUILD_FILE) return projectTargetAt(repository, WORKING_TREE, name);
  if (!name.endsWith('.py')) return targetNamed(await readLocalConfiguration(repository, configPath), name);
  const configuration = await readConfigurationIfThere(repository, configPath);
  const named = configuration?.targets.find((target) => target.name === name);
  return named ?? conventionTargetAt(repository, WORKING_TREE, name, recognize);
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

function targetNamed(configuration: Configuration, name: string): Target {
  const names = configuration.targets.map((target) => target.name);
  const found = configuration.targets.find((target) => target.name === name);
  if (found === undefined) {
    const meant = didYouMean(name, names);
    throw new ConfigurationError(
      `There is no target "${name}"${meant}${meant === '' ? '; the' : ' The'} configuration has ${names.join(', ')}.`,
    );
  }
  return found;
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

/** What the working tree changes; `instead` says what to do where there is no git. */
export async function readChanges(repository: Repository, instead: string): Promise<readonly ChangedFile[]> {
  try {
    return await repository.changedFiles();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    throw new EnvironmentError(`${error.message}\n${instead}`, { cause: error });
  }
}
