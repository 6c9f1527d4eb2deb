import type { Repository } from '../repository.ts';
import type { User } from '../users.ts';

/** What GitHub says of somebody beside what they wrote. */
export function associationOf(user: User, repository: Repository): 'OWNER' | 'COLLABORATOR' | 'NONE' {
  if (user === repository.owner) return 'OWNER';
  return ['write', 'maintain', 'admin'].includes(repository.roleOf(user)) ? 'COLLABORATOR' : 'NONE';
}
