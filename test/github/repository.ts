import { join } from 'node:path';
import type { CheckRun } from './check-run.ts';
import type { IssueComment } from './conversation.ts';
import { commitFiles, type Files } from './git/commit-files.ts';
import { listTree, readBlob } from './git/objects.ts';
import { deleteRef, resolveCommit } from './git/refs.ts';
import { createBareFork } from './git/repository.ts';
import { type OpenPullRequestOptions, openPullRequest } from './open-pull-request.ts';
import type { Role } from './permissions.ts';
import type { PullRequest } from './pull-request.ts';
import type { Review } from './review.ts';
import { signatureOf } from './signature.ts';
import type { State } from './state.ts';
import type { User } from './users.ts';

export interface RepositoryOptions {
  readonly owner: string;
  readonly name: string;
  readonly private?: boolean;
  /** The first commit of the default branch. */
  readonly files: Files;
  /** `main` by default. */
  readonly defaultBranch?: string;
}

export interface CommitOptions {
  readonly branch: string;
  /** Content by path; null removes the path. */
  readonly files: Files;
  /** Branch, tag or SHA to start a new branch from; the default branch otherwise. */
  readonly from?: string;
  readonly message?: string;
  readonly author?: string;
}

/** A repository: git on disk, everything else in memory. */
export class Repository {
  readonly id: number;
  readonly owner: User;
  readonly name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly createdAt: string;
  readonly parent: Repository | undefined;
  readonly state: State;
  readonly pulls: PullRequest[] = [];
  readonly issueComments: IssueComment[] = [];
  readonly checkRuns: CheckRun[] = [];
  readonly workflowRuns: { readonly id: number; status: 'in_progress' | 'completed' }[] = [];
  readonly reviews: Review[] = [];
  /** SHAs of the commits that GitHub signed. */
  readonly signedCommits = new Set<string>();
  readonly forks: Repository[] = [];
  readonly #roles = new Map<string, Role>();
  readonly #roleNames = new Map<string, string>();

  constructor(state: State, options: Omit<RepositoryOptions, 'files'>, parent?: Repository) {
    this.state = state;
    this.id = state.nextId();
    this.owner = state.users.named(options.owner);
    this.name = options.name;
    this.private = options.private ?? false;
    this.defaultBranch = options.defaultBranch ?? 'main';
    this.createdAt = state.now();
    this.parent = parent;
  }

  get fullName(): string {
    return `${this.owner.login}/${this.name}`;
  }

  /** The bare git repository. */
  get directory(): string {
    return join(this.state.root, this.owner.login, `${this.name}.git`);
  }

  get apiUrl(): string {
    return `${this.state.urls.api}/repos/${this.fullName}`;
  }

  get htmlUrl(): string {
    return `${this.state.urls.server}/${this.fullName}`;
  }

  get cloneUrl(): string {
    return `${this.htmlUrl}.git`;
  }

  roleOf(user: User): Role {
    if (user === this.owner) return 'admin';
    return this.#roles.get(user.login) ?? (this.private ? 'none' : 'read');
  }

  /** The name of the role, which custom roles have beside the one that they are built on. */
  roleNameOf(user: User): string {
    return this.#roleNames.get(user.login) ?? this.roleOf(user);
  }

  /** `name` makes it a custom role that is built on `role`. */
  setRole(login: string, role: Role, name: string = role): void {
    const user = this.state.users.named(login);
    this.#roles.set(user.login, role);
    this.#roleNames.set(user.login, name);
  }

  /** Adds one commit to a branch, made if need be, and returns its SHA. */
  async commit(options: CommitOptions): Promise<string> {
    const parent =
      (await resolveCommit(this.directory, `refs/heads/${options.branch}`)) ??
      (await resolveCommit(this.directory, options.from ?? this.defaultBranch));
    return commitFiles(this.directory, {
      branch: options.branch,
      ...(parent === undefined ? {} : { parent }),
      files: options.files,
      message: options.message ?? 'Change files',
      author: signatureOf(options.author === undefined ? this.owner : this.state.users.named(options.author)),
    });
  }

  get isDeleted(): boolean {
    return !this.state.repositories.includes(this);
  }

  /** Its pull requests elsewhere stay, without their head's repository. */
  delete(): void {
    this.state.repositories.splice(this.state.repositories.indexOf(this), 1);
  }

  async deleteBranch(name: string): Promise<void> {
    await deleteRef(this.directory, `refs/heads/${name}`);
  }

  async fork(owner: string): Promise<Repository> {
    const existing = this.forks.find((fork) => fork.owner.login === owner);
    if (existing !== undefined) return existing;
    const { name, defaultBranch } = this;
    const fork = new Repository(this.state, { owner, name, private: this.private, defaultBranch }, this);
    await createBareFork(this.directory, fork.directory);
    this.state.repositories.push(fork);
    this.forks.push(fork);
    return fork;
  }

  openPullRequest(options: OpenPullRequestOptions): Promise<PullRequest> {
    return openPullRequest(this, options);
  }

  pull(number: number): PullRequest | undefined {
    return this.pulls.find((pull) => pull.number === number);
  }

  /** Comments of one pull request, oldest first. */
  comments(number: number): IssueComment[] {
    return this.issueComments.filter((comment) => comment.number === number);
  }

  addComment(number: number, login: string, body: string): IssueComment {
    const user = this.state.users.named(login);
    const now = this.state.now();
    const id = this.state.nextId();
    const comment: IssueComment = { id, number, user, body, createdAt: now, updatedAt: now, reactions: [] };
    this.issueComments.push(comment);
    return comment;
  }

  /** Text of a file at a branch, tag or SHA; undefined when it is not there. */
  async readFile(path: string, ref = this.defaultBranch): Promise<string | undefined> {
    const commit = await resolveCommit(this.directory, ref);
    const [entry] = commit === undefined ? [] : await listTree(this.directory, commit, { path });
    return entry?.type === 'blob' ? (await readBlob(this.directory, entry.sha)).toString('utf8') : undefined;
  }
}
