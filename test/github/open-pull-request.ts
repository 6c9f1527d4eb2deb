import type { Files } from './git/commit-files.ts';
import { PullRequest } from './pull-request.ts';
import type { Repository } from './repository.ts';

export interface OpenPullRequestOptions {
  /** The branch to propose; made, with `files` as one commit, unless it is there. */
  readonly head: string;
  readonly files?: Files;
  readonly title: string;
  readonly body?: string | null;
  readonly base?: string;
  readonly draft?: boolean;
  /** Owner of the fork that holds the branch; the fork is made when it is not there yet. */
  readonly fork?: string;
  /** Login; whoever owns the head's repository otherwise. */
  readonly author?: string;
}

/** Makes the branch if need be and opens the pull request. Throws when there is no branch and no file to make it from. */
export async function openPullRequest(repository: Repository, options: OpenPullRequestOptions): Promise<PullRequest> {
  const { state } = repository;
  const source = options.fork === undefined ? repository : await repository.fork(options.fork);
  const author = options.author ?? source.owner.login;
  const { head, files } = options;
  if (files !== undefined) await source.commit({ branch: head, files, message: options.title, author });
  const pull = new PullRequest({
    id: state.nextId(),
    number: repository.pulls.length + 1,
    title: options.title,
    body: options.body ?? null,
    author: state.users.named(author),
    base: { repository, ref: options.base ?? repository.defaultBranch },
    head: { repository: source, ref: head },
    draft: options.draft ?? false,
    createdAt: state.now(),
  });
  repository.pulls.push(pull);
  await pull.refresh();
  if (pull.headSha === '') throw new Error(`${source.fullName} has no branch ${head}: give files to make it.`);
  await pull.testMerge();
  return pull;
}
