import { notFound } from '../errors.ts';
import type { Role } from '../permissions.ts';
import { renderFullRepository } from '../render/repository.ts';
import { renderUser } from '../render/user.ts';
import { ok, type Reply, type RepositoryCall, type Route } from '../route.ts';

/** The repository itself, and who may do what in it. */
export const REPOSITORY_ROUTES: readonly Route[] = [
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}',
    docs: '/repos/repos#get-a-repository',
    needs: [{ metadata: 'read' }],
    handle: ({ repository }) => ok(renderFullRepository(repository)),
  },
  {
    scope: 'repository',
    method: 'GET',
    template: '/repos/{owner}/{repo}/collaborators/{username}/permission',
    docs: '/collaborators/collaborators#get-repository-permissions-for-a-user',
    needs: [{ metadata: 'read' }],
    handle: getPermission,
  },
];

/** The old four-step scale, to which GitHub rounds the roles. */
const LEGACY = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
} as const satisfies Record<Role, string>;

function getPermission({ repository, state, params }: RepositoryCall): Reply {
  const login = params.username ?? '';
  const user = state.users.find(login);
  if (user === undefined) throw notFound(`${login} is not a user`);
  const role = repository.roleOf(user);
  const can = (...roles: Role[]) => roles.includes(role);
  const permissions = {
    admin: can('admin'),
    maintain: can('admin', 'maintain'),
    push: can('admin', 'maintain', 'write'),
    triage: can('admin', 'maintain', 'write', 'triage'),
    pull: role !== 'none',
  };
  return ok({
    permission: LEGACY[role],
    role_name: repository.roleNameOf(user),
    user: { ...renderUser(user, state.urls), permissions, role_name: repository.roleNameOf(user) },
  });
}
