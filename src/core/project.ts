/** The name of the file that makes a folder a project. */
export const BUILD_FILE = 'build.toml';

/** A file that is compiled, and how. Paths are from the root of the repository. */
export interface ProjectSource {
  readonly path: string;
  /** Folders for its headers, ahead of those that every source has. */
  readonly include: readonly string[];
  readonly cudaFlags: readonly string[];
  readonly cxxFlags: readonly string[];
  /** Compute capabilities that it is for, such as `9.0a`; empty for all. */
  readonly capabilities: readonly string[];
}

/** A project of Hugging Face's kernel-builder: CUDA sources and a binding, which become one Python package. Paths are from the root of the repository. */
export interface Project {
  /** The folder with its `build.toml`; `.` for the root. */
  readonly folder: string;
  /** The package's name in Python. */
  readonly name: string;
  /** Under which its kernel is published, where it says so. */
  readonly repoId?: string;
  /** Of the namespace in which its operators are registered: eight hexadecimal digits. The same for all candidates, so that they share what they do not change. */
  readonly identity: string;
  /** Kernels and the binding; empty where all of it is Python. */
  readonly sources: readonly ProjectSource[];
  /** The files of the package as they lie below `torch-ext/NAME`. */
  readonly package: readonly string[];
  readonly tests: readonly string[];
  readonly benchmarks: readonly string[];
}
