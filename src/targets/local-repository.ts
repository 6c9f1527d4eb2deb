import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, posix, relative } from 'node:path';
import { ConfigurationError, EnvironmentError, messageOf } from '../core/errors.ts';
import { type Git, gitIn } from './git.ts';
import type { ChangedFile, Repository } from './repository.ts';
import { checkLength, decodeText, NotAPlainFile, notAFile, pathSegments, unreadableKind } from './text-file.ts';

/** The `ref` of files as they are on disk, committed or not. */
export const WORKING_TREE = 'WORKING_TREE';

/**
 * A checkout on this machine. `changedFiles` compares the working tree, untracked files included, with the point where it left
 * `base`, or with the last commit when there is no `base`; paths are from `root`, which may be a folder inside the checkout.
 */
export function localRepository(root: string, { base }: { readonly base?: string } = {}): Repository {
  const git = gitIn(root);
  let realRoot: Promise<string> | undefined;
  return {
    async changedFiles() {
      const untracked = await listFiles(git, ['--others']);
      const since = base === undefined ? await headOf(git) : ['--merge-base', await commitOf(git, base)];
      // Without a first commit, everything in the index is new.
      const tracked = since === undefined ? await listFiles(git, ['--cached']) : await diff(git, since);
      return [...tracked, ...untracked];
    },

    readFile(path, ref) {
      const segments = pathSegments(path);
      if (ref !== WORKING_TREE) return readFromCommit(git, path, ref);
      realRoot ??= realpath(root);
      return readFromDisk(realRoot, segments);
    },

    async listFiles(folder, ref) {
      if (folder !== '.') pathSegments(folder);
      return ref === WORKING_TREE ? filesOnDisk(root, folder) : filesInCommit(git, folder, ref);
    },
  };
}

/** @throws ConfigurationError for a name that is no commit of the repository that `root` is in. */
export async function requireCommit(root: string, ref: string): Promise<void> {
  await commitOf(gitIn(root), ref);
}

async function listFiles(git: Git, options: readonly string[]): Promise<ChangedFile[]> {
  const output = await git(['ls-files', '-z', '--exclude-standard', ...options]);
  return fields(output).map((path) => ({ path, status: 'added' }));
}

async function diff(git: Git, since: readonly string[]): Promise<ChangedFile[]> {
  const options = ['--name-status', '-z', '--find-renames', '--relative', '--no-ext-diff', '--no-textconv'];
  const parts = fields(await git(['diff', ...options, ...since, '--']));
  const files: ChangedFile[] = [];
  while (parts.length > 0) {
    const [letter = '', path = ''] = [parts.shift()?.[0], parts.shift()];
    if (letter === 'R') files.push({ path: parts.shift() ?? '', status: 'renamed', previousPath: path });
    else if (letter === 'C') files.push({ path: parts.shift() ?? '', status: 'added' });
    else files.push({ path, status: letter === 'A' ? 'added' : letter === 'D' ? 'removed' : 'modified' });
  }
  return files;
}

/** Git's output under `-z`. */
function fields(output: Buffer): string[] {
  return output.toString().split('\0').slice(0, -1);
}

/** Undefined before the first commit. */
async function headOf(git: Git): Promise<readonly string[] | undefined> {
  try {
    await git(['rev-parse', '--verify', 'HEAD']);
    return ['HEAD'];
  } catch {
    return undefined;
  }
}

/** @throws ConfigurationError for a name that is no commit. */
async function commitOf(git: Git, ref: string): Promise<string> {
  try {
    return (await git(['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`])).toString().trim();
  } catch (error) {
    const advice = (await isShallow(git))
      ? 'this clone is shallow, so it may only lack it: fetch more, in a workflow by "fetch-depth: 0" of actions/checkout'
      : 'give a branch, a tag or a SHA';
    throw new ConfigurationError(`"${ref}" is no commit of this repository; ${advice} (${messageOf(error)})`, {
      cause: error,
    });
  }
}

/** Whether it has no more than the last commits. */
async function isShallow(git: Git): Promise<boolean> {
  try {
    return (await git(['rev-parse', '--is-shallow-repository'])).toString().trim() === 'true';
  } catch {
    return false;
  }
}

/** Without what is hidden, and without what Python leaves behind. Links are followed when they are read, and not here. */
async function filesOnDisk(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const names = entries.filter(({ name }) => !name.startsWith('.') && name !== '__pycache__');
  const found = await Promise.all(
    names.map((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return filesOnDisk(root, path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return found.flat().sort();
}

async function filesInCommit(git: Git, folder: string, ref: string): Promise<string[]> {
  const below = folder === '.' ? [] : ['--', `${folder}/`];
  const listed = fields(await git(['ls-tree', '-r', '-z', await commitOf(git, ref), ...below]));
  return listed.flatMap((line) => {
    const [, mode = '', path = ''] = /^(\d+) [^\t]*\t(.*)$/s.exec(line) ?? [];
    return unreadableKind(mode) === undefined ? [path] : [];
  });
}

async function readFromCommit(git: Git, path: string, ref: string): Promise<string | undefined> {
  const commit = await commitOf(git, ref);
  const listed = (await git(['ls-tree', '-z', '--long', commit, '--', path])).toString();
  const [, mode = '', object = '', size = ''] = /^(\d+) \S+ (\S+) +(\S+)\t/.exec(listed) ?? [];
  if (object === '') return undefined;
  const kind = unreadableKind(mode);
  if (kind !== undefined) throw notAFile(path, kind);
  checkLength(path, Number(size));
  return decodeText(path, await git(['cat-file', 'blob', object]));
}

/** A link that stays inside the checkout is followed, as compilers would; one that leads out of it is refused. */
async function readFromDisk(root: Promise<string>, segments: readonly string[]): Promise<string | undefined> {
  const path = segments.join('/');
  try {
    const realRoot = await root;
    const realFile = await realpath(join(realRoot, ...segments));
    const way = relative(realRoot, realFile);
    if (way === '..' || way.startsWith('../') || isAbsolute(way)) {
      throw new NotAPlainFile(
        `${path} is a link that leads out of the repository, to ${realFile}; put the file itself there`,
      );
    }
    // Asked before it is opened: opening a named pipe would wait for its other end.
    const stats = await stat(realFile);
    if (!stats.isFile()) throw notAFile(path, stats.isDirectory() ? 'a folder' : 'a device or pipe');
    checkLength(path, stats.size);
    return decodeText(path, await readFile(realFile));
  } catch (error) {
    return undefinedWhenAbsent(error, path);
  }
}

function undefinedWhenAbsent(error: unknown, path: string): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // The last: no file can have so long a name.
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
  if (code === 'ELOOP') throw notAFile(path, 'a link to itself');
  if (typeof code === 'string')
    throw new EnvironmentError(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  throw error;
}
