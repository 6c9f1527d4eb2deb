import { Octokit } from '@octokit/rest';
import type { SourceFile } from '../../src/core/source.ts';
import type { Delivery } from '../../src/deliver/delivery.ts';
import { SILENT, WRITE_ALL } from '../github/client.ts';
import { resolveCommit } from '../github/git/refs.ts';
import type { PullRequest } from '../github/pull-request.ts';
import type { Repository } from '../github/repository.ts';
import { type LocalGitHub, startGitHub } from '../github/server.ts';
import type { TokenOptions } from '../github/tokens.ts';

const KERNEL = Array.from({ length: 40 }, (_, index) => `line ${index + 1}\n`);
const PATH = 'kernels/softmax.cu';

/** A pull request that changes lines 10 and 30 of a kernel, and a candidate that changes lines 10, 11 and 30. */
export interface Fixture extends AsyncDisposable {
  readonly github: LocalGitHub;
  readonly repository: Repository;
  readonly pull: PullRequest;
  readonly delivery: Delivery;
  /** Neither tries again nor waits, to keep the tests short. */
  client(token?: Partial<TokenOptions>): Octokit;
  /** Commit at the tip of a branch. */
  tip(branch?: string): Promise<string | undefined>;
}

export interface FixtureOptions {
  readonly branch?: string;
  readonly fork?: string;
  /** Check every exchange against GitHub's description, which takes seconds to load. */
  readonly openapi?: boolean;
}

export function withLines(changes: Readonly<Record<number, string>>): string {
  return KERNEL.map((line, index) => changes[index + 1] ?? line).join('');
}

export async function openFixture({ branch = 'faster', fork, openapi = false }: FixtureOptions = {}): Promise<Fixture> {
  const github = await startGitHub({ openapi });
  const repository = await github.createRepository({
    owner: 'octo-labs',
    name: 'kernels',
    files: { [PATH]: withLines({}), 'README.md': 'kernels\n', 'kernels/other.cu': 'other\n' },
  });
  const before = withLines({ 10: 'ten\n', 30: 'thirty\n' });
  const pull = await repository.openPullRequest({
    head: branch,
    files: { [PATH]: before },
    title: 'Faster',
    author: 'contributor',
    ...(fork === undefined ? {} : { fork }),
  });
  const delivery: Delivery = {
    owner: 'octo-labs',
    repo: 'kernels',
    pullRequest: pull.number,
    head: { sha: pull.headSha, ref: branch, repository: pull.head.repository.fullName },
    base: { ref: 'main' },
    target: 'softmax',
    before: [file(before)],
    after: [file(withLines({ 10: 'TEN\n', 11: 'eleven ```\n', 30: 'THIRTY\n' }))],
    title: 'Make softmax 1.8× as fast',
    message: 'Make softmax 1.8 times as fast\n\nIt reads each value once.',
    body: 'The evidence.',
    run: '1234567',
  };
  return {
    github,
    repository,
    pull,
    delivery,
    client: (token = {}) => {
      const auth = github.createToken({ kind: 'installation', permissions: WRITE_ALL, ...token });
      return new Octokit({ auth, baseUrl: github.url, log: SILENT });
    },
    tip: (name = branch) => resolveCommit(pull.head.repository.directory, `refs/heads/${name}`),
    [Symbol.asyncDispose]: () => github.close(),
  };
}

export function file(content: string, path = PATH): SourceFile {
  return { path, content };
}

export const NO_WAIT = async (): Promise<void> => {};
