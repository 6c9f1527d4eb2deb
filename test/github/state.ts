import type { Repository } from './repository.ts';
import { Tokens } from './tokens.ts';
import { Users } from './users.ts';

export interface Urls {
  /** Root of the REST API: `GITHUB_API_URL`. */
  readonly api: string;
  /** Root of the web pages and of git's transport: `GITHUB_SERVER_URL`. */
  readonly server: string;
}

/** All that one server remembers; nothing is shared between servers. */
export class State {
  /** Folder that holds `OWNER/REPO.git`. */
  readonly root: string;
  readonly urls: Urls;
  readonly users: Users;
  readonly tokens: Tokens;
  readonly repositories: Repository[] = [];
  #lastId = 1000;

  constructor(root: string, urls: Urls) {
    this.root = root;
    this.urls = urls;
    this.users = new Users(this.nextId, this.now);
    this.tokens = new Tokens(this.users);
  }

  readonly nextId = (): number => {
    this.#lastId += 1;
    return this.#lastId;
  };

  /** GitHub's times have whole seconds. */
  readonly now = (): string => `${new Date().toISOString().slice(0, 19)}Z`;

  /** Names do not tell upper from lower case, as on GitHub. */
  findRepository(owner: string, name: string): Repository | undefined {
    const wanted = `${owner}/${name}`.toLowerCase();
    return this.repositories.find(({ fullName }) => fullName.toLowerCase() === wanted);
  }
}
