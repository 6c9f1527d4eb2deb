import type { User } from './users.ts';

/** A comment at lines of the right side; they count from 1, both ends included. */
export interface ReviewComment {
  readonly path: string;
  readonly startLine: number;
  readonly line: number;
  readonly body: string;
}

/** A submitted review of a pull request. */
export interface Review {
  readonly id: number;
  /** Number of the pull request. */
  readonly number: number;
  readonly user: User;
  readonly body: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
  readonly commitId: string;
  readonly submittedAt: string;
  readonly comments: readonly ReviewComment[];
}
