import type { Repository } from '../repository.ts';
import type { RepositoryShape } from './shapes.ts';

type UrlKey = Extract<keyof RepositoryShape, `${string}_url`> | 'url';
type RepositoryUrls = Omit<Pick<RepositoryShape, UrlKey>, 'mirror_url'>;

/** The addresses that every payload with a repository carries, RFC 6570 templates among them. */
export function repositoryUrls({ apiUrl, htmlUrl, cloneUrl, fullName, state }: Repository): RepositoryUrls {
  const host = new URL(state.urls.server).host;
  return {
    url: apiUrl,
    html_url: htmlUrl,
    clone_url: cloneUrl,
    svn_url: htmlUrl,
    git_url: `git://${host}/${fullName}.git`,
    ssh_url: `git@${host}:${fullName}.git`,
    archive_url: `${apiUrl}/{archive_format}{/ref}`,
    assignees_url: `${apiUrl}/assignees{/user}`,
    blobs_url: `${apiUrl}/git/blobs{/sha}`,
    branches_url: `${apiUrl}/branches{/branch}`,
    collaborators_url: `${apiUrl}/collaborators{/collaborator}`,
    comments_url: `${apiUrl}/comments{/number}`,
    commits_url: `${apiUrl}/commits{/sha}`,
    compare_url: `${apiUrl}/compare/{base}...{head}`,
    contents_url: `${apiUrl}/contents/{+path}`,
    contributors_url: `${apiUrl}/contributors`,
    deployments_url: `${apiUrl}/deployments`,
    downloads_url: `${apiUrl}/downloads`,
    events_url: `${apiUrl}/events`,
    forks_url: `${apiUrl}/forks`,
    git_commits_url: `${apiUrl}/git/commits{/sha}`,
    git_refs_url: `${apiUrl}/git/refs{/sha}`,
    git_tags_url: `${apiUrl}/git/tags{/sha}`,
    hooks_url: `${apiUrl}/hooks`,
    issue_comment_url: `${apiUrl}/issues/comments{/number}`,
    issue_events_url: `${apiUrl}/issues/events{/number}`,
    issues_url: `${apiUrl}/issues{/number}`,
    keys_url: `${apiUrl}/keys{/key_id}`,
    labels_url: `${apiUrl}/labels{/name}`,
    languages_url: `${apiUrl}/languages`,
    merges_url: `${apiUrl}/merges`,
    milestones_url: `${apiUrl}/milestones{/number}`,
    notifications_url: `${apiUrl}/notifications{?since,all,participating}`,
    pulls_url: `${apiUrl}/pulls{/number}`,
    releases_url: `${apiUrl}/releases{/id}`,
    stargazers_url: `${apiUrl}/stargazers`,
    statuses_url: `${apiUrl}/statuses/{sha}`,
    subscribers_url: `${apiUrl}/subscribers`,
    subscription_url: `${apiUrl}/subscription`,
    tags_url: `${apiUrl}/tags`,
    teams_url: `${apiUrl}/teams`,
    trees_url: `${apiUrl}/git/trees{/sha}`,
  };
}
