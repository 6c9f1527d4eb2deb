/** One request as the server saw it. */
export interface LoggedRequest {
  readonly method: string;
  /** Below the API root, or of git's transport; without the query. */
  readonly path: string;
  /** The route in OpenAPI's notation; null when there is none. */
  readonly template: string | null;
  /** Null while it is being answered, and for a dropped connection. */
  readonly status: number | null;
  /** Whether it asked to change something, whatever the answer. */
  readonly write: boolean;
  /** Login behind the token; null without a valid one. */
  readonly login: string | null;
}

export type OpenLogEntry = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] };

/** Where GraphQL is asked, as on GitHub Enterprise Server; of it this server has who a token writes as, and no mutation. */
export const GRAPHQL_PATH = '/api/graphql';

export class RequestLog {
  readonly #entries: OpenLogEntry[] = [];

  open(entry: Pick<LoggedRequest, 'method' | 'path' | 'template' | 'login'>): OpenLogEntry {
    const opened: OpenLogEntry = { ...entry, status: null, write: isWrite(entry.method, entry.path) };
    this.#entries.push(opened);
    return opened;
  }

  get all(): readonly LoggedRequest[] {
    return this.#entries;
  }

  writes(): readonly LoggedRequest[] {
    return this.#entries.filter(({ write }) => write);
  }
}

/** A clone also POSTs, to `git-upload-pack`, and so does a query of GraphQL, but neither changes anything. */
function isWrite(method: string, path: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && !path.endsWith('/git-upload-pack') && path !== GRAPHQL_PATH;
}
