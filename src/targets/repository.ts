import { ConfigurationError } from '../core/errors.ts';

/** A file that a pull request or a working tree changes. */
export interface ChangedFile {
  /** Path from the root of the repository, with forward slashes; the new one of a renamed file. */
  readonly path: string;
  readonly status: 'added' | 'modified' | 'removed' | 'renamed';
  /** Of a renamed file. */
  readonly previousPath?: string;
}

/** The files of one repository, wherever it is. */
export interface Repository {
  /** What the pull request, or the working tree against its base, changes. */
  changedFiles(): Promise<readonly ChangedFile[]>;
  /**
   * The text of the file at `path` as of `ref`; undefined when there is none.
   * @throws ConfigurationError for what is not a plain UTF-8 text file inside the repository: symbolic links, submodules, folders, binaries.
   */
  readFile(path: string, ref: string): Promise<string | undefined>;
  /** The paths of the plain files below `folder` as of `ref`, from the root of the repository, in their order; none where there is no such folder. */
  listFiles(folder: string, ref: string): Promise<readonly string[]>;
}

/** The same text, where what cannot be read as one, such as a link, is passed over because nobody has named it. */
export async function readPlainFile(
  repository: Pick<Repository, 'readFile'>,
  path: string,
  ref: string,
): Promise<string | undefined> {
  try {
    return await repository.readFile(path, ref);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}
