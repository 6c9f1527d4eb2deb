import { posix } from 'node:path';
import { parseSync } from 'rolldown/utils';
import { projectFiles, read } from './project.ts';

export interface SourceModule {
  /** From the root, such as `src/core/verdict.ts`. */
  readonly path: string;
  /** `core` of `src/core/verdict.ts`; `main` and `cli` are folders of their own. */
  readonly folder: string;
  /** What it imports, types included: paths from the root for its own files, package and `node:` names as written. */
  readonly imports: readonly string[];
  /** Its text with comments blanked. */
  readonly code: string;
}

export function sourceModules(): SourceModule[] {
  return projectFiles('src/**/*.ts', 'src/*.ts').map((path) => parseModule(path, read(path)));
}

export function parseModule(path: string, text: string): SourceModule {
  const { module, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const requests = [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...module.staticExports.flatMap((entry) =>
      entry.entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.map(({ moduleRequest }) => text.slice(moduleRequest.start + 1, moduleRequest.end - 1)),
  ];
  const code = comments.reduce(
    (rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end),
    text,
  );
  return { path, folder: folderOf(path), imports: requests.map((request) => resolve(path, request)), code };
}

export function folderOf(path: string): string {
  return path.split('/')[1]?.replace(/\.ts$/, '') ?? path;
}

function resolve(from: string, request: string): string {
  return request.startsWith('.') ? posix.join(posix.dirname(from), request) : request;
}
