import type { Repository } from '../repository.ts';
import { nodeId } from './node-id.ts';
import { repositoryUrls } from './repository-urls.ts';
import type { FullRepositoryShape, RepositoryShape } from './shapes.ts';
import { renderUser } from './user.ts';

export function renderRepository(repository: Repository): RepositoryShape {
  const { id, name, fullName, owner, parent, forks, pulls, state } = repository;
  const open = pulls.filter((pull) => pull.state === 'open').length;
  return {
    id,
    node_id: nodeId('Repository', id),
    name,
    full_name: fullName,
    owner: renderUser(owner, state.urls),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    description: null,
    fork: parent !== undefined,
    ...repositoryUrls(repository),
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    forks: forks.length,
    forks_count: forks.length,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    size: 0,
    default_branch: repository.defaultBranch,
    open_issues: open,
    open_issues_count: open,
    is_template: false,
    topics: [],
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: false,
    disabled: false,
    allow_forking: true,
    web_commit_signoff_required: false,
    pushed_at: repository.createdAt,
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
  };
}

export function renderFullRepository(repository: Repository): FullRepositoryShape {
  const { parent, createdAt } = repository;
  return {
    ...renderRepository(repository),
    pushed_at: createdAt,
    created_at: createdAt,
    updated_at: createdAt,
    has_discussions: false,
    subscribers_count: 0,
    network_count: 0,
    ...(parent === undefined ? {} : { parent: renderRepository(parent), source: renderRepository(parent) }),
  };
}
