import type { State } from '../state.ts';
import { nodeId } from './node-id.ts';
import type { AppShape } from './shapes.ts';
import { renderUser } from './user.ts';

/** The app behind the token of every workflow, by its real id. */
export function renderActionsApp({ users, urls }: State): AppShape {
  return {
    id: 15368,
    slug: 'github-actions',
    node_id: nodeId('App', 15368),
    owner: renderUser(users.named('github'), urls),
    name: 'GitHub Actions',
    description: 'Automate your workflow from idea to production',
    external_url: 'https://help.github.com/en/actions',
    html_url: `${urls.server}/apps/github-actions`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2024-04-10T20:33:16Z',
    permissions: { checks: 'write', contents: 'write', issues: 'write', metadata: 'read', pull_requests: 'write' },
    events: ['check_run', 'pull_request', 'push'],
  };
}
