import { posix } from 'node:path';

/** Where targets are looked for (`code`), and where only calls are, that show what people use (`usage`: tests, benchmarks, documentation). */
export type FileRole = 'code' | 'usage';

/** What other people wrote, and what programs wrote. */
const SKIPPED =
  /^(third_?party|3rd_?party|vendor(ed)?|externals?|extern|deps|submodules|node_modules|_?build|builds|dist|out|target|cmake-build-.*|__pycache__|site-packages|venv|env|virtualenv|\..+|.*\.egg-info)$/i;
const USAGE_FOLDER = /^(tests?|testing|unit_?tests?|benchmarks?|bench|perf|docs?|scripts|tools|notebooks)$/i;
const USAGE_FILE = /^(test|bench|benchmark|conftest)([_.-]|$)|[_.-](test|tests|bench|benchmark)\.\w+$/i;
const CUDA = /\.(cu|cuh|h|hpp|inl|inc)$/;
const OTHERS = /\.(py|cc|cpp|cxx)$/;

/** What a file is read for; undefined for files that say nothing here. */
export function roleOfFile(path: string): FileRole | undefined {
  if (!isCuda(path) && !OTHERS.test(path)) return undefined;
  const folders = posix.dirname(path).split('/');
  if (folders.some((folder) => isSkipped(folder))) return undefined;
  const used = folders.some((folder) => USAGE_FOLDER.test(folder)) || USAGE_FILE.test(posix.basename(path));
  return used ? 'usage' : 'code';
}

export function isCuda(path: string): boolean {
  return CUDA.test(path);
}

/** Whether a folder of this name holds no code of the repository's own. */
export function isSkipped(folder: string): boolean {
  return folder !== '.' && SKIPPED.test(folder);
}
