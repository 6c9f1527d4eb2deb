export type Fault =
  | { readonly kind: 'rate-limit'; readonly retryAfter: number }
  | { readonly kind: 'overloaded' }
  | { readonly kind: 'dropped-stream' }
  | { readonly kind: 'bad-key' }
  | { readonly kind: 'unknown-model' }
  | { readonly kind: 'nonsense' }
  | { readonly kind: 'refusal' }
  | { readonly kind: 'cut' };

/** Faults to come, in order; each is used up by one request. */
export class Faults {
  readonly #queue: { readonly fault: Fault; left: number }[] = [];

  /** 429 with `retry-after` in seconds. */
  rateLimit(retryAfter = 1, times = 1): void {
    this.#add({ kind: 'rate-limit', retryAfter }, times);
  }

  /** 529 with an `overloaded_error`. */
  overloaded(times = 1): void {
    this.#add({ kind: 'overloaded' }, times);
  }

  /** The connection closes in the middle of an answer. */
  dropStream(times = 1): void {
    this.#add({ kind: 'dropped-stream' }, times);
  }

  /** 401. */
  badKey(times = Number.POSITIVE_INFINITY): void {
    this.#add({ kind: 'bad-key' }, times);
  }

  /** 404. */
  unknownModel(times = Number.POSITIVE_INFINITY): void {
    this.#add({ kind: 'unknown-model' }, times);
  }

  /** An answer that holds no file. */
  nonsense(times = 1): void {
    this.#add({ kind: 'nonsense' }, times);
  }

  /** Stop reason `refusal`. */
  refusal(times = 1): void {
    this.#add({ kind: 'refusal' }, times);
  }

  /** Stop reason `max_tokens`. */
  cut(times = 1): void {
    this.#add({ kind: 'cut' }, times);
  }

  clear(): void {
    this.#queue.length = 0;
  }

  get next(): Fault | undefined {
    return this.#queue[0]?.fault;
  }

  take(): Fault | undefined {
    const head = this.#queue[0];
    if (head && --head.left <= 0) this.#queue.shift();
    return head?.fault;
  }

  #add(fault: Fault, times: number): void {
    if (times > 0) this.#queue.push({ fault, left: times });
  }
}
