import type { Repository } from './repository.ts';
import type { Token } from './tokens.ts';

export const PERMISSIONS = ['contents', 'issues', 'pull_requests', 'checks', 'actions', 'metadata'] as const;
export type PermissionName = (typeof PERMISSIONS)[number];
export type Level = 'read' | 'write';
export type Permissions = Readonly<Partial<Record<PermissionName, Level>>>;

/** What a route asks of a token: any one of these is enough; none means that any valid token will do. */
export type Needs = readonly Permissions[];

export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const READER: Permissions = {
  contents: 'read',
  issues: 'write',
  pull_requests: 'write',
  checks: 'read',
  metadata: 'read',
};
const WRITER: Permissions = { ...READER, contents: 'write', actions: 'write' };

/** What people may do at most in a repository where they have this role. Checks belong to apps alone. */
const CEILING: Readonly<Record<Role, Permissions>> = {
  none: {},
  read: READER,
  triage: READER,
  write: WRITER,
  maintain: WRITER,
  admin: WRITER,
};

/** Whether the token knows of the repository at all; where not, GitHub answers 404 and not 403. */
export function canSee(token: Token, repository: Repository): boolean {
  return !repository.private || reaches(token, repository);
}

export function isAllowed(token: Token, repository: Repository, needs: Needs): boolean {
  return needs.length === 0 || needs.some((need) => satisfies(token, repository, need));
}

function satisfies(token: Token, repository: Repository, need: Permissions): boolean {
  return Object.entries(need).every(([name, level]) => {
    // Public resources are readable for every token, whatever its permissions.
    if (level === 'read' && !repository.private) return true;
    if (!reaches(token, repository)) return false;
    const granted = levelOf(token.permissions, name as PermissionName);
    const ceiling =
      token.kind === 'installation' ? 'write' : levelOf(CEILING[repository.roleOf(token.user)], name as PermissionName);
    return covers(granted, level) && covers(ceiling, level);
  });
}

function reaches(token: Token, repository: Repository): boolean {
  const selected = token.repositories === undefined || token.repositories.includes(repository.fullName);
  return selected && (token.kind === 'installation' || repository.roleOf(token.user) !== 'none');
}

function levelOf(permissions: Permissions, name: PermissionName): Level | undefined {
  return permissions[name] ?? (name === 'metadata' ? 'read' : undefined);
}

function covers(have: Level | undefined, want: Level): boolean {
  return have === 'write' || have === want;
}
