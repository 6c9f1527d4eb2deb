import type { RestEndpointMethodTypes } from '@octokit/rest';

/*
 * What GitHub's endpoints answer, by the types that the client's users see. The compiler checks what we render against
 * them; `openapi: true` checks the bytes.
 */

type Data<
  Namespace extends keyof RestEndpointMethodTypes,
  Method extends keyof RestEndpointMethodTypes[Namespace],
> = RestEndpointMethodTypes[Namespace][Method] extends { response: { data: infer Shape } } ? Shape : never;

export type PullRequestShape = Data<'pulls', 'get'>;
export type PullRequestListItemShape = Data<'pulls', 'list'>[number];
export type FileShape = Data<'pulls', 'listFiles'>[number];
export type RepositoryShape = PullRequestShape['base']['repo'];
export type FullRepositoryShape = Data<'repos', 'get'>;
export type UserShape = PullRequestShape['user'];
export type CommitShape = Data<'repos', 'getCommit'>;
export type GitCommitShape = Data<'git', 'getCommit'>;
export type GitRefShape = Data<'git', 'getRef'>;
export type CommentShape = Data<'issues', 'getComment'>;
export type ReactionShape = Data<'reactions', 'createForIssueComment'>;
export type ReviewShape = Data<'pulls', 'listReviews'>[number];
export type CheckRunShape = Data<'checks', 'get'>;
export type AppShape = NonNullable<CheckRunShape['app']>;
