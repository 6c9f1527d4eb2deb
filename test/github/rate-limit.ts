/** The primary limit of one token: so many requests, then none until the hour is over. */
export class RateLimit {
  readonly limit: number;
  /** Seconds since 1970. */
  readonly reset: number = Math.floor(Date.now() / 1000) + 3600;
  #used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Counts one request; false when none was left. */
  take(): boolean {
    if (this.#used >= this.limit) return false;
    this.#used += 1;
    return true;
  }

  get used(): number {
    return this.#used;
  }

  get remaining(): number {
    return this.limit - this.#used;
  }

  headers(): Record<string, string> {
    return {
      'x-ratelimit-limit': String(this.limit),
      'x-ratelimit-remaining': String(this.remaining),
      'x-ratelimit-used': String(this.#used),
      'x-ratelimit-reset': String(this.reset),
      'x-ratelimit-resource': 'core',
    };
  }
}
