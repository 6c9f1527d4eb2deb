import type { Signature } from './git/commits.ts';
import { emailOf, type User } from './users.ts';

/** Name, address and time under which GitHub commits for somebody. */
export function signatureOf(user: User, time = new Date()): Signature {
  return { name: user.login, email: emailOf(user), seconds: Math.floor(time.getTime() / 1000), offset: '+0000' };
}
