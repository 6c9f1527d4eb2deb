import type { Urls } from '../state.ts';
import type { User } from '../users.ts';
import { nodeId } from './node-id.ts';
import type { UserShape } from './shapes.ts';

export function renderUser({ id, login, type }: User, { api, server }: Urls): UserShape {
  const url = `${api}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId(type, id),
    avatar_url: `${server}/avatars/u/${id}`,
    gravatar_id: '',
    url,
    html_url: type === 'Bot' ? `${server}/apps/${login.replace('[bot]', '')}` : `${server}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
  };
}
