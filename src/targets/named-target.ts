import { posix } from 'node:path';
import { ConfigurationError, orMistake } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { BUILD_FILE } from '../core/project.ts';
import type { Target } from '../core/target.ts';
import type { Configuration } from './configuration.ts';
import { conventionTargetAt } from './convention-targets.ts';
import { projectTargetAt } from './kernel-builder/root-project.ts';
import type { Recognizer } from './kernelbench.ts';
import type { Repository } from './repository.ts';

/** Whether it may stand for a target that no configuration names: a `.py` file or a `build.toml`. */
export function isPath(name: string): boolean {
  return name.endsWith('.py') || posix.basename(name) === BUILD_FILE;
}

/**
 * The target of the configuration with the name; or, for the path of a `.py` file, the target that the file is by KernelBench's convention,
 * and for that of a `build.toml` its project, which need no configuration.
 *
 * @throws ConfigurationError where there is none
 */
export async function targetAt(
  repository: Repository,
  ref: string,
  configuration: Configuration,
  name: string,
  recognize: Recognizer,
): Promise<Target> {
  const found = configuration.targets.find((target) => target.name === name);
  if (posix.basename(name) === BUILD_FILE) return projectTargetAt(repository, ref, name);
  if (found !== undefined) return found;
  const inIt = configuration.targets.filter(({ source }) => source === name).map((target) => target.name);
  if (name.endsWith('.py')) {
    const byConvention = await orMistake(conventionTargetAt(repository, ref, name, recognize));
    if (!(byConvention instanceof ConfigurationError)) return byConvention;
    if (inIt.length === 0) throw byConvention;
  }
  if (inIt.length > 0)
    throw new ConfigurationError(`There is no target "${name}"; did you mean what is in it: ${inIt.join(', ')}?`);
  const names = configuration.targets.map((target) => target.name);
  const meant = didYouMean(name, names);
  throw new ConfigurationError(
    `There is no target "${name}"${meant}${meant === '' ? '; the' : ' The'} configuration has ${names.join(', ') || 'none'}.`,
  );
}
