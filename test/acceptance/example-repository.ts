import { glob, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { PullRequest } from '../github/pull-request.ts';
import type { Repository } from '../github/repository.ts';
import type { LocalGitHub } from '../github/server.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'kernels');
export const ANSWERS = join(EXAMPLE, 'answers');

/** The files of the example project, by path from its root, without the recorded answers. */
export async function exampleFiles(): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const path of glob(['.github/**/*.yml', 'kernels/*.cu', 'README.md'], { cwd: EXAMPLE })) {
    files[relative(EXAMPLE, join(EXAMPLE, path)).split(sep).join('/')] = await readFile(join(EXAMPLE, path), 'utf8');
  }
  return files;
}

/** The example project on the local GitHub, with a pull request that brings in the given kernels. */
export async function openExamplePullRequest(
  github: LocalGitHub,
  targets: readonly string[],
): Promise<{ repository: Repository; pull: PullRequest }> {
  const files = await exampleFiles();
  const paths = targets.map((target) => `kernels/${target}.cu`);
  const changed = Object.fromEntries(paths.map((path) => [path, files[path] ?? '']));
  // As they were before: without the comment at their head.
  const before = Object.fromEntries(paths.map((path) => [path, (files[path] ?? '').replace(/^(\/\/.*\n)+/, '')]));
  const repository = await github.createRepository({ owner: 'acme', name: 'kernels', files: { ...files, ...before } });
  const pull = await repository.openPullRequest({
    head: 'document-kernels',
    title: `Add header comments to ${targets.join(', ')}`,
    body: 'Says what each kernel computes and how.',
    files: changed,
    author: 'mona',
  });
  return { repository, pull };
}
