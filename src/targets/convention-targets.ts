import { ConfigurationError } from '../core/errors.ts';
import type { SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import type { Configuration } from './configuration.ts';
import { conventionTarget, mayFollowConvention, type Recognizer } from './kernelbench.ts';
import type { ChangedFile, Repository } from './repository.ts';
import { parseSourcePath } from './source-path.ts';

/** Each is read, one request on GitHub: a pull request that moves a whole code base is not searched. */
const MOST_FILES = 200;

/** The files in KernelBench's convention that were added, modified or renamed and that no target of the configuration names. */
export async function changedConventionTargets(
  repository: Repository,
  ref: string,
  changedFiles: readonly ChangedFile[],
  configuration: Configuration,
  recognize: Recognizer,
): Promise<Target[]> {
  const named = new Set(configuration.targets.map(({ source }) => source));
  const paths = changedFiles
    .filter(({ path, status }) => status !== 'removed' && path.endsWith('.py') && !named.has(path))
    .map(({ path }) => path)
    .slice(0, MOST_FILES);
  const files = await Promise.all(paths.map((path) => readIfText(repository, path, ref)));
  const likely = files.filter((file) => file !== undefined).filter(mayFollowConvention);
  if (likely.length === 0) return [];
  const missing = await recognize(likely);
  const taken = new Set(configuration.targets.map(({ name }) => name));
  return likely
    .filter((_, index) => missing[index]?.length === 0)
    .map(({ path }) => {
      const target = conventionTarget(path, taken);
      taken.add(target.name);
      return target;
    });
}

/**
 * The target that a path names on the command line.
 * @throws ConfigurationError when there is no such file, or it does not follow the convention.
 */
export async function conventionTargetAt(
  repository: Repository,
  ref: string,
  written: string,
  recognize: Recognizer,
): Promise<Target> {
  const path = parseSourcePath(written, '.py');
  if (!path.ok) throw new ConfigurationError(`The target ${JSON.stringify(written)} ${path.problem}.`);
  const content = await repository.readFile(path.value, ref);
  if (content === undefined)
    throw new ConfigurationError(`There is no ${path.value} here; write its path from the root of the repository.`);
  const [missing = []] = await recognize([{ path: path.value, content }]);
  if (missing.length > 0) {
    throw new ConfigurationError(
      `${path.value} does not follow KernelBench's convention: it lacks ${missing.join(', ')}. Add that, or describe the module in the configuration as docs/configuration.md shows.`,
    );
  }
  return conventionTarget(path.value);
}

/** A link or a file that is no text is none of ours. */
async function readIfText(repository: Repository, path: string, ref: string): Promise<SourceFile | undefined> {
  try {
    const content = await repository.readFile(path, ref);
    return content === undefined ? undefined : { path, content };
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}
