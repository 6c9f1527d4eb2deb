import { posix } from 'node:path';
import { ConfigurationError } from '../../core/errors.ts';
import { BUILD_FILE } from '../../core/project.ts';
import { isPython, sourcesOf, type Target } from '../../core/target.ts';
import { type ReadProject, readProject } from '../kernel-builder/project.ts';
import { takenBy } from '../new-files.ts';
import type { ChangedFile, Repository } from '../repository.ts';
import { NotAPlainFile } from '../text-file.ts';
import { importPlaces } from './import-places.ts';
import { importsOf } from './imports.ts';
import { includeFolders, includePlaces } from './include-places.ts';
import { includesOf } from './includes.ts';
import { createSyntax, type Syntax } from './syntax.ts';

/** A file that a target needs. */
export interface Needed {
  readonly path: string;
  /** Undefined for a file that a source still names and that the changes took away. */
  readonly content: string | undefined;
  /** The source of the target that needs it; of a source its own path. */
  readonly from: string;
  /** The files between that source and this one, in their order; empty for a source and for what it names itself. */
  readonly through: readonly string[];
}

/** What of a target says which files it needs. */
type Needing = Pick<Target, 'name' | 'source' | 'kind' | 'build'>;

/** What targets need of a repository, at one commit. */
export interface DependencyGraph {
  /**
   * The target's source, what is compiled with it, then all that these include or import of the repository, the nearest first; undefined when
   * there is no source.
   * What is not found is left to the compiler or to Python: it belongs to the machine, or is an error that they tell best.
   * @throws ConfigurationError when these are too many files or bytes, or one of them is no text; it names the target, and the file that names another.
   */
  neededBy(target: Needing): Promise<readonly Needed[] | undefined>;
  /**
   * The target with what the repository says of it: of a project, its sources and which of them a candidate may replace; and where candidates may add
   * files, which paths are taken. Undefined where there is no `build.toml`.
   * @throws ConfigurationError when that is none that can be built here.
   */
  resolve(target: Target): Promise<Target | undefined>;
}

const MOST_FILES = 200;
const MOST_BYTES = 4 * 1024 * 1024;
/** Of one file. Each is searched in several places, and nobody writes so many. */
const MOST_NAMES = 1_000;

/**
 * Reads what the files of `repository` name, as of `ref`, only as far as somebody asks, and each file once. `changes` tell which files are gone;
 * `syntax` is for who has its grammars loaded already.
 */
export function dependencyGraph(
  repository: Pick<Repository, 'readFile' | 'listFiles'>,
  ref: string,
  changes: readonly ChangedFile[] = [],
  syntax: Syntax = createSyntax(),
): DependencyGraph {
  const gone = new Set(
    changes.flatMap(({ path, status, previousPath }) => (status === 'removed' ? path : (previousPath ?? []))),
  );
  const read = once((path) => repository.readFile(path, ref));
  const includes = once(async (path) => includesOf((await read(path)) ?? '', syntax));
  const imports = once(async (path) => importsOf((await read(path)) ?? '', syntax));
  const projects = once((path) =>
    readProject(posix.dirname(path), { read, list: (folder) => repository.listFiles(folder, ref) }),
  );

  /** For each thing that `path` names, where it can be. */
  const places = async (path: string, target: Needing, found: ReadProject | undefined): Promise<string[][]> => {
    if (found !== undefined) return placesInProject(path, found);
    if (isPython(target)) return (await imports(path)).flatMap((one) => importPlaces(path, one)).slice(0, MOST_NAMES);
    return placesOfIncludes(path, includeFolders(sourcesOf(target), target.build?.include));
  };

  /** A project's `build.toml` names all but headers. What each of those is included by may have folders of its own. */
  const placesInProject = async (path: string, { project, writable }: ReadProject): Promise<string[][]> => {
    if (posix.basename(path) === BUILD_FILE) {
      const { sources, package: own, tests, benchmarks } = project;
      return [...writable, ...sources.map((source) => source.path), ...own, ...tests, ...benchmarks].map((one) => [
        one,
      ]);
    }
    if (/\.pyi?$/.test(path)) return [];
    const named = project.sources.flatMap(({ include }) => include);
    return placesOfIncludes(path, includeFolders([path], named));
  };

  const placesOfIncludes = async (path: string, folders: readonly string[]): Promise<string[][]> => {
    return (await includes(path)).slice(0, MOST_NAMES).map((include) => includePlaces(path, include, folders));
  };

  /** The first place at which there is a file, and those before it at which there was one. */
  const find = async (candidates: readonly string[]): Promise<{ path: string; content: string | undefined }[]> => {
    const found: { path: string; content: string | undefined }[] = [];
    for (const path of candidates) {
      const content = await passingOver(read(path));
      if (content !== undefined) return [...found, { path, content }];
      if (gone.has(path)) found.push({ path, content });
    }
    return found;
  };

  const projectOf = ({ kind, source }: Pick<Target, 'kind' | 'source'>) =>
    kind === 'kernel-builder' ? projects(source) : Promise.resolve(undefined);

  return {
    async resolve(target) {
      if (target.newFiles !== undefined) {
        const { patterns } = target.newFiles;
        const list = (folder: string) => repository.listFiles(folder, ref);
        return { ...target, newFiles: { patterns, taken: await takenBy(patterns, list) } };
      }
      if (target.kind !== 'kernel-builder') return target;
      const found = await toldOf(target, projectOf(target));
      if (found === undefined) return undefined;
      const [source = target.source] = found.writable;
      return { ...target, source, writable: found.writable, project: found.project };
    },

    async neededBy(target) {
      const content = await toldOf(target, read(target.source));
      if (content === undefined) return undefined;
      const found = await toldOf(target, projectOf(target));
      const needed = new Map<string, Needed>();
      let bytes = 0;
      const add = (file: Needed) => {
        if (needed.has(file.path)) return;
        requireOwnName(target, file.path);
        needed.set(file.path, file);
        bytes += Buffer.byteLength(file.content ?? '');
        if (needed.size > MOST_FILES || bytes > MOST_BYTES) throw tooMuch(target);
      };
      const sources = await toldOf(target, Promise.all(sourcesOf(target).map((path) => find([path]))));
      for (const source of sources.flat()) add({ ...source, from: source.path, through: [] });
      for (const { path, content: text, from, through } of needed.values()) {
        if (text === undefined) continue;
        const named = await toldOf(target, Promise.all((await places(path, target, found)).map(find)), path);
        const way = path === from ? [] : [...through, path];
        for (const next of named.flat()) add({ ...next, from, through: way });
      }
      return [...needed.values()];
    },
  };
}

/** What is wrong with a file is told with the target that needs it and with the file that names it, if that is not the configuration. */
async function toldOf<T>({ name }: Pick<Target, 'name'>, reading: Promise<T>, namedBy?: string): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const by = namedBy === undefined ? '' : ` (${namedBy} ${howNamed(namedBy)} it)`;
    throw new ConfigurationError(`${error.problem}${by}`, { target: name, cause: error });
  }
}

function howNamed(by: string): string {
  if (posix.basename(by) === BUILD_FILE) return 'names';
  return /\.pyi?$/.test(by) ? 'imports' : 'includes';
}

/** Undefined for what compilers and Python would pass over in their search, too: folders, and on GitHub links and submodules. */
async function passingOver(reading: Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof NotAPlainFile) return undefined;
    throw error;
  }
}

function once<T>(make: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

function tooMuch({ name, source, kind }: Needing): ConfigurationError {
  return new ConfigurationError(
    `${source} and what it ${isPython({ kind }) ? 'imports' : 'includes'} are more than ${MOST_FILES} files or ${MOST_BYTES / 1024 ** 2} MiB of this repository; name a source that needs less of it`,
    { target: name },
  );
}

/** The harness writes files of its own beside a target's, at the top of the same folder (`target_files.py`). */
function requireOwnName({ name }: Pick<Target, 'name'>, path: string): void {
  if (!path.startsWith('kernelwright-')) return;
  throw new ConfigurationError(
    `${path} cannot be part of a target, since Kernelwright's own files have such names; rename it, or put it in a folder with another name`,
    { target: name },
  );
}
