import { randomBytes } from 'node:crypto';
import type { Permissions } from './permissions.ts';
import { RateLimit } from './rate-limit.ts';
import type { User, Users } from './users.ts';

export interface TokenOptions {
  /** Whose token; `github-actions[bot]` by default for an installation. */
  readonly login?: string;
  readonly kind: 'installation' | 'personal';
  /** `metadata: read` comes with every token, as on GitHub. */
  readonly permissions?: Permissions;
  /** Full names of the repositories that it reaches; all by default. */
  readonly repositories?: readonly string[];
  /** Requests an hour; GitHub's own figure by default. */
  readonly rateLimit?: number;
}

export interface Token {
  readonly value: string;
  readonly kind: 'installation' | 'personal';
  readonly user: User;
  readonly permissions: Permissions;
  readonly repositories: readonly string[] | undefined;
  readonly rateLimit: RateLimit;
}

const PREFIX = { installation: 'ghs_', personal: 'github_pat_' } as const;
const REQUESTS_AN_HOUR = { installation: 1000, personal: 5000 } as const;

export class Tokens {
  readonly #byValue = new Map<string, Token>();
  readonly #users: Users;

  constructor(users: Users) {
    this.#users = users;
  }

  create(options: TokenOptions): Token {
    const login = options.login ?? (options.kind === 'installation' ? 'github-actions[bot]' : 'octocat');
    const token: Token = {
      value: `${PREFIX[options.kind]}${randomBytes(18).toString('hex')}`,
      kind: options.kind,
      user: this.#users.named(login),
      permissions: options.permissions ?? {},
      repositories: options.repositories,
      rateLimit: new RateLimit(options.rateLimit ?? REQUESTS_AN_HOUR[options.kind]),
    };
    this.#byValue.set(token.value, token);
    return token;
  }

  /** The token of an `Authorization` header: `token …`, `Bearer …`, or `Basic` with the token as the password, as git sends it. */
  of(authorization: string | undefined): Token | undefined {
    const [scheme = '', credentials = ''] = (authorization ?? '').trim().split(/\s+/);
    if (/^(token|bearer)$/i.test(scheme)) return this.#byValue.get(credentials);
    if (!/^basic$/i.test(scheme)) return undefined;
    const pair = Buffer.from(credentials, 'base64').toString('utf8');
    return this.#byValue.get(pair.slice(pair.indexOf(':') + 1));
  }
}
