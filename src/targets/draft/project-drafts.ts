import { posix } from 'node:path';
import { ConfigurationError } from '../../core/errors.ts';
import type { Project } from '../../core/project.ts';
import { BUILD_FILE } from '../../core/project.ts';
import { type ReadProject, readProject } from '../kernel-builder/project.ts';
import { isKernelBuilders } from '../kernel-builder/root-project.ts';
import { WORKING_TREE } from '../local-repository.ts';
import type { Repository } from '../repository.ts';
import { guess, type LeftOut, type TargetDraft } from './draft.ts';
import { isSkipped } from './file-role.ts';

/** What the repository's kernel-builder projects come to. */
export interface ProjectDrafts {
  readonly found: readonly (TargetDraft | LeftOut)[];
  /** Files that belong to a project: they are built with it, and are no targets by themselves. */
  readonly files: ReadonlySet<string>;
}

/** Looks at each folder with a `build.toml`; what is vendored is somebody else's, and other tools have a file of that name too. */
export async function projectDrafts(
  repository: Pick<Repository, 'readFile'>,
  paths: readonly string[],
): Promise<ProjectDrafts> {
  const found: (TargetDraft | LeftOut)[] = [];
  const files = new Set<string>();
  for (const path of paths.filter(mayBeProject)) {
    const folder = posix.dirname(path);
    try {
      const text = await repository.readFile(path, WORKING_TREE);
      if (text === undefined || !isKernelBuilders(text)) continue;
      const read = await readProject(folder, {
        read: async (file) => (file === path ? text : repository.readFile(file, WORKING_TREE)),
        list: async (below) => paths.filter((file) => file.startsWith(`${below}/`)),
      });
      if (read === undefined) continue;
      found.push(draftOf(read.project, path));
      for (const file of filesOf(read)) files.add(file);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      found.push({ name: nameOf(folder), spot: { path, line: 1 }, because: reasonIn(error, path) });
    }
  }
  return { found, files };
}

function mayBeProject(path: string): boolean {
  return posix.basename(path) === BUILD_FILE && !posix.dirname(path).split('/').some(isSkipped);
}

function draftOf({ name, benchmarks }: Project, path: string): TargetDraft | LeftOut {
  const spot = { path, line: 1 };
  if (!benchmarks.some((file) => /^benchmark.*\.py$/.test(posix.basename(file)))) {
    return {
      name,
      spot,
      because:
        'it has no benchmarks/benchmark*.py that shows how its package is called; give "kernel-builder" and "function" with "inputs", "outputs" and "workloads"',
    };
  }
  return {
    name,
    kind: 'kernel-builder',
    spot,
    entry: '',
    declaration: `the package ${name}`,
    inputs: [],
    inouts: [],
    outputs: [],
    scalars: [],
    workloads: [],
    emulate: undefined,
    notes: [guess('what is called, and with what, comes from its benchmarks')],
  };
}

function filesOf({ project, writable }: ReadProject): string[] {
  return [...writable, ...project.sources.map(({ path }) => path), ...project.package];
}

function nameOf(folder: string): string {
  return folder === '.' ? 'kernels' : posix.basename(folder);
}

/** Without the place, which is told beside it. */
function reasonIn({ message }: ConfigurationError, path: string): string {
  return (message.split('\n')[0] ?? '').replace(path, '').replace(/^(?::\d+)*: /, '');
}
