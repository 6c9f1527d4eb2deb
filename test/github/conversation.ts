import type { User } from './users.ts';

export const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;
export type ReactionContent = (typeof REACTIONS)[number];

export interface Reaction {
  readonly id: number;
  readonly user: User;
  readonly content: ReactionContent;
  readonly createdAt: string;
}

/** A comment in the conversation of a pull request. */
export interface IssueComment {
  readonly id: number;
  /** Number of the pull request. */
  readonly number: number;
  readonly user: User;
  readonly createdAt: string;
  readonly reactions: Reaction[];
  body: string;
  updatedAt: string;
}
