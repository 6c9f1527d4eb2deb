import type { SourceFile } from '../../core/source.ts';
import { WORKING_TREE } from '../local-repository.ts';
import { type Repository, readPlainFile } from '../repository.ts';
import { type FileRole, roleOfFile } from './file-role.ts';

export interface RoleFile extends SourceFile {
  readonly role: FileRole;
}

const AT_ONCE = 64;
/** All together, in characters: more is no repository of kernels, and would not fit into memory. */
const MOST_CHARACTERS = 256 * 1024 * 1024;

/** The texts of those files that can hold targets or calls of them, in the order of the paths. Links and what is no text are passed over. */
export async function readFiles(
  repository: Pick<Repository, 'readFile'>,
  paths: readonly string[],
): Promise<RoleFile[]> {
  const wanted = paths.flatMap((path) => {
    const role = roleOfFile(path);
    return role === undefined ? [] : [{ path, role }];
  });
  const files: RoleFile[] = [];
  let characters = 0;
  for (let start = 0; start < wanted.length && characters < MOST_CHARACTERS; start += AT_ONCE) {
    const read = await Promise.all(
      wanted.slice(start, start + AT_ONCE).map(async ({ path, role }) => {
        const content = await readPlainFile(repository, path, WORKING_TREE);
        return content === undefined ? [] : [{ path, role, content }];
      }),
    );
    for (const file of read.flat()) {
      files.push(file);
      characters += file.content.length;
    }
  }
  return files;
}
