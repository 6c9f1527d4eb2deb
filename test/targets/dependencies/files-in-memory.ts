import type { Repository } from '../../../src/targets/repository.ts';

/** A repository of so many files; `asked` are the paths that were read, in their order. */
export function filesInMemory(files: Readonly<Record<string, string>>): Pick<Repository, 'readFile' | 'listFiles'> & {
  readonly asked: readonly string[];
} {
  const asked: string[] = [];
  return {
    asked,
    async readFile(path) {
      asked.push(path);
      return files[path];
    },
    async listFiles(folder) {
      return Object.keys(files)
        .filter((path) => folder === '.' || path.startsWith(`${folder}/`))
        .sort();
    },
  };
}
