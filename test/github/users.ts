export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot';
  readonly createdAt: string;
}

/** Everyone that this server has heard of; naming a login for the first time creates the account. */
export class Users {
  readonly #byLogin = new Map<string, User>();
  readonly #nextId: () => number;
  readonly #now: () => string;

  constructor(nextId: () => number, now: () => string) {
    this.#nextId = nextId;
    this.#now = now;
  }

  named(login: string): User {
    const known = this.find(login);
    if (known !== undefined) return known;
    const type = login.endsWith('[bot]') ? 'Bot' : 'User';
    const user: User = { id: this.#nextId(), login, type, createdAt: this.#now() };
    this.#byLogin.set(login.toLowerCase(), user);
    return user;
  }

  find(login: string): User | undefined {
    return this.#byLogin.get(login.toLowerCase());
  }
}

/** The address under which GitHub writes the commits of somebody who hides the real one. */
export function emailOf(user: User): string {
  return `${user.id}+${user.login}@users.noreply.github.com`;
}

export function loginOfEmail(email: string): string | undefined {
  return /^\d+\+(.+)@users\.noreply\.github\.com$/.exec(email)?.[1];
}
