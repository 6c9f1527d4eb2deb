import { mergeBase } from './git/commits.ts';
import { changedFiles, type FileChange } from './git/diff.ts';
import { type TestMerge, testMerge } from './git/merge.ts';
import { fetchFrom, resolveCommit, writeRef } from './git/refs.ts';
import type { Repository } from './repository.ts';
import { signatureOf } from './signature.ts';
import type { User } from './users.ts';

export interface PullRequestFields {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly author: User;
  readonly base: { readonly repository: Repository; readonly ref: string };
  readonly head: { readonly repository: Repository; readonly ref: string };
  readonly draft: boolean;
  readonly createdAt: string;
}

/** A pull request; its commits and files always come from git. */
export class PullRequest {
  readonly id: number;
  readonly number: number;
  readonly author: User;
  readonly base: { readonly repository: Repository; ref: string };
  readonly head: PullRequestFields['head'];
  readonly draft: boolean;
  readonly createdAt: string;
  title: string;
  body: string | null;
  updatedAt: string;
  closedAt: string | null = null;
  /** Set together with `closedAt`. */
  mergedAt: string | null = null;
  headSha = '';
  baseSha = '';
  #refreshed: Promise<void> = Promise.resolve();
  #merge: { readonly key: string; readonly result: Promise<TestMerge> } | undefined;

  constructor(fields: PullRequestFields) {
    this.id = fields.id;
    this.number = fields.number;
    this.title = fields.title;
    this.body = fields.body;
    this.author = fields.author;
    this.base = { ...fields.base };
    this.head = fields.head;
    this.draft = fields.draft;
    this.createdAt = fields.createdAt;
    this.updatedAt = fields.createdAt;
  }

  get state(): 'open' | 'closed' {
    return this.closedAt === null ? 'open' : 'closed';
  }

  get isFromFork(): boolean {
    return this.head.repository !== this.base.repository;
  }

  /**
   * Follows the branches, which may have been pushed to: an open pull request always shows their tips. One at a time,
   * because two requests at once would fight for git's lock on the same ref.
   */
  refresh(): Promise<void> {
    this.#refreshed = this.#refreshed.catch(() => undefined).then(() => this.#follow());
    return this.#refreshed;
  }

  async #follow(): Promise<void> {
    if (this.state === 'closed' && this.headSha !== '') return;
    const directory = this.base.repository.directory;
    const [head, base] = await Promise.all([
      resolveCommit(this.head.repository.directory, `refs/heads/${this.head.ref}`),
      resolveCommit(directory, `refs/heads/${this.base.ref}`),
    ]);
    if (base !== undefined) this.baseSha = base;
    // A deleted branch leaves the pull request at its last commit.
    if (head === undefined || head === this.headSha) return;
    this.headSha = head;
    const ref = `refs/pull/${this.number}/head`;
    if (this.isFromFork) await fetchFrom(directory, this.head.repository.directory, `refs/heads/${this.head.ref}`, ref);
    else await writeRef(directory, ref, head);
  }

  /** Where the head left the base; the files of a pull request are the changes since then. */
  async mergeBase(): Promise<string> {
    return (await mergeBase(this.base.repository.directory, this.baseSha, this.headSha)) ?? this.baseSha;
  }

  async files(): Promise<FileChange[]> {
    await this.refresh();
    return changedFiles(this.base.repository.directory, await this.mergeBase(), this.headSha);
  }

  /** Tries the merge once for each pair of commits, and keeps it as `refs/pull/N/merge`, which workflows check out. */
  async testMerge(): Promise<TestMerge> {
    const key = `${this.baseSha} ${this.headSha}`;
    if (this.#merge?.key !== key) this.#merge = { key, result: this.#tryMerge() };
    return this.#merge.result;
  }

  async #tryMerge(): Promise<TestMerge> {
    const { directory } = this.base.repository;
    const merge = await testMerge(directory, this.baseSha, this.headSha, signatureOf(this.author));
    if (merge.kind === 'clean') await writeRef(directory, `refs/pull/${this.number}/merge`, merge.sha);
    return merge;
  }
}
