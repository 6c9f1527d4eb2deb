import { z } from 'zod';
import { EnvironmentError } from '../core/errors.ts';
import { explainGitHubError, isNotFound } from './github-error.ts';
import type { Octokit } from './octokit.ts';
import type { Place } from './triggers/github-event.ts';

export interface Person extends Place {
  readonly login: string;
}

/** What somebody may do in a repository, from all grants together: their own, their teams', the organization's. */
export interface Permission {
  /** GitHub's old scale, which has `maintain` as `write` and `triage` as `read`; of a custom role, what it is built on. */
  readonly base: 'admin' | 'write' | 'read' | 'none';
  /** The role's name: one of GitHub's five, or that of a custom role. */
  readonly role: string;
}

export type Authorization =
  | { readonly kind: 'allowed'; readonly role: string }
  | { readonly kind: 'refused'; readonly reason: string };

const answerSchema = z.object({
  permission: z.enum(['admin', 'write', 'read', 'none']),
  // GitHub Enterprise Server before 3.3 does not send it.
  role_name: z.string().min(1).optional(),
});

/** GitHub's own roles; custom roles cannot be called so. */
const BUILT_IN: Readonly<Record<string, Permission['base']>> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
  none: 'none',
};

/**
 * Asks GitHub what somebody may do; undefined when it knows nobody of that name there (404).
 *
 * https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 * @throws PermissionError, ConfigurationError or EnvironmentError when it cannot be learned.
 */
export async function permissionOf(octokit: Octokit, person: Person): Promise<Permission | undefined> {
  const { owner, repo, login } = person;
  const what = `learn whether ${login} may write to ${owner}/${repo}`;
  try {
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username: login });
    return readAnswer(data, what);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw explainGitHubError(error, what);
  }
}

function readAnswer(data: unknown, what: string): Permission {
  const parsed = answerSchema.safeParse(data);
  const { permission: base, role_name: role = base } = parsed.data ?? {};
  // An answer that contradicts itself is not believed in either half.
  if (base === undefined || role === undefined || (Object.hasOwn(BUILT_IN, role) && BUILT_IN[role] !== base)) {
    throw new EnvironmentError(
      `Kernelwright cannot ${what}: GitHub's answer about the permission is not as documented; run the job again, and report this if it stays so.`,
      { cause: parsed.error },
    );
  }
  return { base, role };
}

/**
 * Whether somebody may give commands: those who may write to the repository may, nobody else. `author_association` says nothing
 * about that. Without a clear answer of GitHub's this throws, so nobody is taken for allowed by a failure.
 */
export async function authorize(octokit: Octokit, person: Person): Promise<Authorization> {
  const permission = await permissionOf(octokit, person);
  if (permission?.base === 'admin' || permission?.base === 'write') return { kind: 'allowed', role: permission.role };
  const has = permission === undefined || permission.base === 'none' ? 'no role' : `the role "${permission.role}"`;
  return {
    kind: 'refused',
    reason: `${person.login} has ${has} in ${person.owner}/${person.repo}; commands take the role write, maintain or admin`,
  };
}
