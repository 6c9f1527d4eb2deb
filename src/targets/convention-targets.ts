import { ConfigurationError } from '../core/errors.ts';
import type { SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import type { Configuration } from './configuration.ts';
import { conventionTarget, mayFollowConvention, type Recognizer } from './kernelbench.ts';
import type { ChangedFile, Repository } from './repository.ts';
import { whatHappened } from './select.ts';
import { parseSourcePath } from './source-path.ts';

/** Each is read, one request on GitHub: a pull request that moves a whole code base is not searched. */
const MOST_FILES = 200;

/** What changed `.py` files are that no target of the configuration names. */
export interface ConventionSelection {
  /** Those in KernelBench's convention, in the order of the changes. */
  readonly selected: readonly { readonly target: Target; readonly because: string }[];
  /** All others, with the reason in words. */
  readonly leftOut: readonly { readonly path: string; readonly because: string }[];
}

/** Selects the files in KernelBench's convention that were added, modified or renamed and that no target of the configuration names. */
export async function changedConventionTargets(
  repository: Repository,
  ref: string,
  changedFiles: readonly ChangedFile[],
  configuration: Configuration,
  recognize: Recognizer,
): Promise<ConventionSelection> {
  const named = new Set(configuration.targets.map(({ source }) => source));
  const changes = changedFiles.filter(
    ({ path, status }) => status !== 'removed' && path.endsWith('.py') && !named.has(path),
  );
  const searched = changes.slice(0, MOST_FILES);
  const files = await Promise.all(searched.map(({ path }) => readIfText(repository, path, ref)));
  const likely = files.filter((file) => typeof file === 'object').filter(mayFollowConvention);
  const missing = likely.length === 0 ? [] : await recognize(likely);
  const lackedBy = new Map(likely.map(({ path }, index) => [path, missing[index] ?? []]));
  const taken = new Set(configuration.targets.map(({ name }) => name));
  const selected = searched.flatMap((change) => {
    if (lackedBy.get(change.path)?.length !== 0) return [];
    const target = conventionTarget(change.path, taken);
    taken.add(target.name);
    return { target, because: `${whatHappened(change, change.path)} and follows KernelBench's convention` };
  });
  const others = searched.flatMap(({ path }, index) => {
    const lacked = lackedBy.get(path);
    return lacked?.length === 0 ? [] : { path, because: whyNone(files[index], lacked) };
  });
  const unread = changes.slice(MOST_FILES).map(({ path }) => ({ path, because: TOO_MANY }));
  return { selected, leftOut: [...others, ...unread] };
}

const TOO_MANY = `no target names it, and of more than ${MOST_FILES} changed .py files the others are not searched`;

function whyNone(file: SourceFile | string | undefined, lacked: readonly string[] | undefined): string {
  if (file === undefined) return 'there is no such file any more';
  if (typeof file === 'string') return file;
  const lacks = lacked === undefined ? '' : `: it lacks ${lacked.join(', ')}`;
  return `no target names it, and it does not follow KernelBench's convention${lacks}`;
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

/** A link or a file that is no text is none of ours: instead of it the reason. */
async function readIfText(repository: Repository, path: string, ref: string): Promise<SourceFile | string | undefined> {
  try {
    const content = await repository.readFile(path, ref);
    return content === undefined ? undefined : { path, content };
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
}
