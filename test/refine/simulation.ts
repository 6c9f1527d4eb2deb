/** Time that passes only when nobody has anything else to do, and then at once. */
export class SimulatedTime {
  /** Seconds. */
  now = 0;
  readonly #sleeping: { readonly until: number; readonly wake: () => void }[] = [];

  sleep(seconds: number): Promise<void> {
    return new Promise((wake) => this.#sleeping.push({ until: this.now + seconds, wake }));
  }

  /** Lets time pass until the work is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => {});
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (done) return settled;
      const next = this.#sleeping.toSorted((a, b) => a.until - b.until)[0];
      if (next === undefined) throw new Error('Everybody waits, and nobody for the time.');
      this.#sleeping.splice(this.#sleeping.indexOf(next), 1);
      this.now = next.until;
      next.wake();
    }
  }
}
