import type { Route } from '../route.ts';
import { ACCOUNT_ROUTES } from './account.ts';
import { BLOB_ROUTES } from './blobs.ts';
import { CHECK_ROUTES } from './checks.ts';
import { COMMENT_ROUTES } from './comments.ts';
import { COMMIT_ROUTES } from './commits.ts';
import { COMPARE_ROUTES } from './compare.ts';
import { CONTENT_ROUTES } from './contents.ts';
import { PULL_ROUTES } from './pulls.ts';
import { REACTION_ROUTES } from './reactions.ts';
import { REF_ROUTES } from './refs.ts';
import { REPOSITORY_ROUTES } from './repositories.ts';
import { REVIEW_ROUTES } from './reviews.ts';
import { RUN_ROUTES } from './runs.ts';
import { TREE_ROUTES } from './trees.ts';

/** Every endpoint that this server has. */
export const ROUTES: readonly Route[] = [
  ...ACCOUNT_ROUTES,
  ...REPOSITORY_ROUTES,
  ...PULL_ROUTES,
  ...REVIEW_ROUTES,
  ...CONTENT_ROUTES,
  ...COMPARE_ROUTES,
  ...COMMENT_ROUTES,
  ...REACTION_ROUTES,
  ...CHECK_ROUTES,
  ...RUN_ROUTES,
  ...REF_ROUTES,
  ...BLOB_ROUTES,
  ...TREE_ROUTES,
  ...COMMIT_ROUTES,
];
