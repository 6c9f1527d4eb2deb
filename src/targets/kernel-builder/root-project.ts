import { ConfigurationError } from '../../core/errors.ts';
import { BUILD_FILE } from '../../core/project.ts';
import type { Target } from '../../core/target.ts';
import type { Configuration } from '../configuration.ts';
import { type Repository, readPlainFile } from '../repository.ts';
import { parseFolderPath } from '../source-path.ts';
import { parseBuildFile } from './build-file.ts';
import { projectTarget } from './target.ts';

/**
 * A configuration with the project in the root of the repository, which needs no words of its own, unless one of its targets is that. Other
 * tools have a `build.toml` too; those are passed over. Projects in other folders are not looked for: a target names them.
 */
export async function withRootProject(
  repository: Pick<Repository, 'readFile'>,
  ref: string,
  configuration: Configuration,
): Promise<Configuration> {
  if (configuration.targets.some(({ source }) => source === BUILD_FILE)) return configuration;
  const text = await readPlainFile(repository, BUILD_FILE, ref);
  if (text === undefined || !isKernelBuilders(text)) return configuration;
  const taken = new Set(configuration.targets.map(({ name }) => name));
  return { targets: [...configuration.targets, discovered(BUILD_FILE, text, taken)] };
}

/**
 * Why `withRootProject` passes over the `build.toml` in the root, in one clause; undefined where there is none, or it finds it.
 */
export async function whyNoRootProject(
  repository: Pick<Repository, 'readFile'>,
  ref: string,
): Promise<string | undefined> {
  try {
    const text = await repository.readFile(BUILD_FILE, ref);
    if (text === undefined || isKernelBuilders(text)) return undefined;
    return `${BUILD_FILE} lacks the sections [general] and [torch] or [kernel.NAME] that kernel-builder's have`;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problem;
    throw error;
  }
}

/**
 * The target that the path of a `build.toml` names on the command line.
 * @throws ConfigurationError when there is no such file.
 */
export async function projectTargetAt(
  repository: Pick<Repository, 'readFile'>,
  ref: string,
  path: string,
): Promise<Target> {
  const place = parseFolderPath(path.slice(0, -BUILD_FILE.length) || '.');
  if (!place.ok) throw new ConfigurationError(`The target ${JSON.stringify(path)} ${place.problem}.`);
  const source = place.value === '.' ? BUILD_FILE : `${place.value}/${BUILD_FILE}`;
  const text = await repository.readFile(source, ref);
  if (text === undefined)
    throw new ConfigurationError(`There is no ${source} here; write its path from the root of the repository.`);
  return discovered(source, text, new Set());
}

function discovered(source: string, text: string, taken: ReadonlySet<string>): Target {
  const name = nameIn(text, source);
  return {
    ...projectTarget(taken.has(name) ? `${name}-project` : name, { source, entry: '' }),
    convention: 'benchmarks',
  };
}

/** What is wrong with the file is told when it is read whole, under some name. */
function nameIn(text: string, source: string): string {
  try {
    return parseBuildFile(text, source).name;
  } catch (error) {
    if (error instanceof ConfigurationError) return 'project';
    throw error;
  }
}

/** By the sections that all editions have. */
export function isKernelBuilders(text: string): boolean {
  return /^\s*\[general\]/m.test(text) && /^\s*\[(?:torch|torch-noarch|tvm-ffi|kernel\.[^\]]+)\]/m.test(text);
}
