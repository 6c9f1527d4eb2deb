import type { SourceFile } from '../core/source.ts';

/** A confirmed result on its way to GitHub. Text for people comes ready made: nothing is escaped or cut here but what GitHub would refuse. */
export interface Delivery {
  readonly owner: string;
  readonly repo: string;
  readonly pullRequest: number;
  /** What was measured: the commit, its branch, and the full name of the repository that holds the branch. */
  readonly head: { readonly sha: string; readonly ref: string; readonly repository: string };
  readonly base: { readonly ref: string };
  /** Name of the target. */
  readonly target: string;
  /** The target's files at the pinned head. */
  readonly before: readonly SourceFile[];
  /** The confirmed candidate's files; what is written are these bytes and no others. */
  readonly after: readonly SourceFile[];
  /** One line: the title of a pull request. */
  readonly title: string;
  /** Of the commit, without the trailer that marks it as ours. */
  readonly message: string;
  /** The evidence, as Markdown: the body of a pull request or of a review. */
  readonly body: string;
  /** Names the run in that trailer: its address or number. */
  readonly run: string;
}

/** Kernelwright does not write this, whoever asks; one sentence, without its full stop, says why. It may hold names that strangers chose: escape it. */
export interface Refused {
  readonly kind: 'refused';
  readonly reason: string;
}

/** The head is not any more what was measured; one sentence says what it is. */
export interface Moved {
  readonly kind: 'moved';
  readonly reason: string;
}

export type NotDelivered = Refused | Moved;

/** Waits so many milliseconds; tests pass a clock of their own. */
export type Sleep = (milliseconds: number) => Promise<void>;

export function refused(reason: string): Refused {
  return { kind: 'refused', reason };
}

export function moved(reason: string): Moved {
  return { kind: 'moved', reason };
}

/** As people write a pull request: `octo-labs/kernels#7`. */
export function nameOf({ owner, repo, pullRequest }: Pick<Delivery, 'owner' | 'repo' | 'pullRequest'>): string {
  return `${owner}/${repo}#${pullRequest}`;
}

/** The seven digits by which people know a commit. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}
