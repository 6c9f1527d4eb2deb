import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { ConfigurationError } from '../../core/errors.ts';
import { BUILD_FILE, type Project, type ProjectSource } from '../../core/project.ts';
import { repositoryPathProblem } from '../../core/repository-path.ts';
import { type BuildFile, type KernelSection, parseBuildFile } from './build-file.ts';

const COMPILED = /\.(?:cu|cpp|cc|cxx)$/;

/** What a project's own files say, and those of its files that a candidate may replace. */
export interface ReadProject {
  readonly project: Project;
  /** The main one first. */
  readonly writable: readonly string[];
}

/** What is needed of a repository at one commit. */
export interface ProjectFiles {
  /** Undefined where there is no such file. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Paths of all files below a folder, from the root of the repository and in their order. */
  readonly list: (folder: string) => Promise<readonly string[]>;
}

/**
 * Reads the project in `folder`; undefined where that has no `build.toml`.
 * @throws ConfigurationError when it is none that can be built here, with the reason.
 */
export async function readProject(folder: string, { read, list }: ProjectFiles): Promise<ReadProject | undefined> {
  const path = posix.join(folder, BUILD_FILE);
  const text = await read(path);
  if (text === undefined) return undefined;
  const file = parseBuildFile(text, path);
  const kernels = buildable(file, path);
  const inProject = (name: string) => located(folder, name, path);
  await requireSources(file, kernels, path, async (name) => (await read(inProject(name))) !== undefined);
  const [own, tests, benchmarks] = await Promise.all(
    [`torch-ext/${file.name}`, 'tests', 'benchmarks'].map((name) => list(posix.join(folder, name))),
  );
  const pythonFiles = (own ?? []).filter((name) => file.extensions.some((extension) => name.endsWith(`.${extension}`)));
  if (!pythonFiles.includes(posix.join(folder, 'torch-ext', file.name, '__init__.py'))) {
    throw new ConfigurationError(
      `${path}: there is no torch-ext/${file.name}/__init__.py, which is the package of "${file.name}"`,
    );
  }
  const sources = [
    ...kernels.flatMap((section) => compiledSources(section, inProject)),
    ...(file.framework === 'torch' ? compiledSources({ ...NO_FLAGS, ...file.binding }, inProject) : []),
  ];
  const bound = new Set(file.binding.src.map(inProject));
  const kernelFiles = kernels.flatMap(({ src }) => src.map(inProject)).filter((name) => !bound.has(name));
  const writable = file.framework === 'noarch' ? pythonFiles.filter(isModule) : mainFirst(kernelFiles);
  return {
    project: {
      folder,
      name: file.name,
      ...(file.repoId === undefined ? {} : { repoId: file.repoId }),
      identity: createHash('sha256').update(`${path}\0${text}`).digest('hex').slice(0, 8),
      sources,
      package: pythonFiles,
      tests: (tests ?? []).filter((name) => name.endsWith('.py')),
      benchmarks: (benchmarks ?? []).filter((name) => name.endsWith('.py')),
    },
    writable,
  };
}

const NO_FLAGS = { cudaFlags: [], cxxFlags: [], capabilities: [] };

/** The kernels that are for CUDA. What is for other devices is nobody's concern here; what CUDA needs and is not there ends it. */
function buildable({ framework, kernels }: BuildFile, path: string): readonly KernelSection[] {
  if (framework === 'noarch') return [];
  if (framework === 'tvm-ffi') {
    throw new ConfigurationError(
      `${path}: it is skipped, since it is built against TVM-FFI, and Kernelwright builds projects for PyTorch`,
    );
  }
  const forCuda = kernels.filter(({ backend }) => backend === 'cuda');
  if (forCuda.length === 0) {
    const backends = [...new Set(kernels.map(({ backend }) => backend))].join(', ');
    throw new ConfigurationError(`${path}: it is skipped, since it has no kernel for CUDA (its backends: ${backends})`);
  }
  for (const { name, depends } of forCuda) {
    const missing = depends.filter((library) => library !== 'torch');
    if (missing.length > 0) {
      throw new ConfigurationError(
        `${path}: it is skipped, since its kernel "${name}" depends on ${missing.join(' and ')}, which Kernelwright does not bring`,
      );
    }
  }
  return forCuda;
}

/** A file that `build.toml` lists and that is not there would else be missed only while it is built. */
async function requireSources(
  { framework, binding }: BuildFile,
  kernels: readonly KernelSection[],
  path: string,
  isThere: (name: string) => Promise<boolean>,
): Promise<void> {
  const listed = kernels.flatMap(({ name, src }) => src.map((file) => ({ key: `kernel.${name}.src`, file })));
  const bound = framework === 'torch' ? binding.src.map((file) => ({ key: 'torch.src', file })) : [];
  const all = [...listed, ...bound];
  const there = await Promise.all(all.map(({ file }) => isThere(file)));
  const missing = all.find((_, index) => !there[index]);
  if (missing === undefined) return;
  throw new ConfigurationError(
    `${path}: ${missing.key} names ${missing.file}, which is not there; add the file, or correct the path`,
  );
}

function compiledSources(
  section: Pick<KernelSection, 'src' | 'include' | 'cudaFlags' | 'cxxFlags' | 'capabilities'>,
  inProject: (name: string) => string,
): ProjectSource[] {
  const { src, include, cudaFlags, cxxFlags, capabilities } = section;
  return src
    .filter((name) => COMPILED.test(name))
    .map((name) => ({ path: inProject(name), include: include.map(inProject), cudaFlags, cxxFlags, capabilities }));
}

function located(folder: string, name: string, path: string): string {
  const place = posix.join(folder, name);
  if (posix.isAbsolute(name) || place === '..' || place.startsWith('../'))
    throw new ConfigurationError(`${path}: ${JSON.stringify(name)} leads out of the repository`);
  const problem = repositoryPathProblem(place);
  if (problem !== undefined) throw new ConfigurationError(`${path}: ${JSON.stringify(name)} ${problem}`);
  return place;
}

/** A `.cu` before headers and the like. */
function mainFirst(paths: readonly string[]): string[] {
  const main = paths.find((path) => path.endsWith('.cu')) ?? paths.find((path) => COMPILED.test(path));
  return [...new Set(main === undefined ? paths : [main, ...paths])];
}

function isModule(path: string): boolean {
  return path.endsWith('.py');
}
