import picomatch from 'picomatch';

/** Something that goes wrong on purpose, for requests that match. */
export interface Fault {
  /** Any method by default. */
  readonly method?: string;
  /** Glob or regular expression over the path below the API root; any path by default. */
  readonly path?: string | RegExp;
  /** How many requests it hits; one by default, `Infinity` for good. */
  readonly times?: number;
  /** With a status, this is the answer, and the request does nothing. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Milliseconds to wait first. */
  readonly delay?: number;
  /** Cuts the connection: before the request is handled, or after it took effect but before the answer. */
  readonly drop?: 'before' | 'after';
}

export interface ArmedFault {
  /** Requests that it has hit so far. */
  readonly hits: number;
}

interface Armed extends ArmedFault {
  readonly fault: Fault;
  readonly matches: (path: string) => boolean;
  left: number;
  hits: number;
}

/** The faults that wait for a request. The first that matches hits. */
export class Faults {
  readonly #armed: Armed[] = [];

  add(fault: Fault): ArmedFault {
    const armed: Armed = { fault, matches: matcher(fault.path), left: fault.times ?? 1, hits: 0 };
    this.#armed.push(armed);
    return armed;
  }

  clear(): void {
    this.#armed.length = 0;
  }

  /** How many requests are still to be hit: 0 when a test has seen all that it asked for. */
  get pending(): number {
    return this.#armed.reduce((sum, { left }) => sum + left, 0);
  }

  /** The fault for this request, if any; it is then used up by one. */
  take(method: string, path: string): Fault | undefined {
    const hit = this.#armed.find(
      ({ fault, matches, left }) =>
        left > 0 && (fault.method === undefined || fault.method.toUpperCase() === method) && matches(path),
    );
    if (hit === undefined) return undefined;
    hit.left -= 1;
    hit.hits += 1;
    return hit.fault;
  }
}

function matcher(path: string | RegExp | undefined): (path: string) => boolean {
  if (path === undefined) return () => true;
  if (path instanceof RegExp) return (candidate) => path.test(candidate);
  return picomatch(path, { dot: true });
}
