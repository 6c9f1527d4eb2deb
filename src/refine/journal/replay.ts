/**
 * Puts what a journal knows back into the order in which it once happened. A search runs side by side, and what it does next depends on
 * the order in which its questions were answered; so recorded answers are given one at a time, each when the search has done all that
 * followed from the one before. Whoever has to ask anew waits until no recorded answer is wanted any more.
 */
export class Replay {
  readonly #waiting: { readonly position: number; readonly resume: () => void }[] = [];
  readonly #onAnswer: (position: number) => void;
  #scheduled = false;
  /** Something was asked anew: the past is over. */
  #over = false;

  /** @param onAnswer hears the position of each recorded answer as it is given, until something is asked anew */
  constructor(onAnswer: (position: number) => void) {
    this.#onAnswer = onAnswer;
  }

  /** Resolves when the answer at this position in the journal is due. */
  async recorded(position: number): Promise<void> {
    await this.#wait(position);
    if (!this.#over) this.#onAnswer(position);
  }

  /** Resolves when all recorded answers that are wanted have been given. */
  async anew(): Promise<void> {
    await this.#wait(Number.POSITIVE_INFINITY);
    this.#over = true;
  }

  #wait(position: number): Promise<void> {
    return new Promise((resume) => {
      this.#waiting.push({ position, resume });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    // After all that follows from the last answer without waiting for something else.
    setImmediate(() => {
      this.#scheduled = false;
      const next = this.#waiting.reduce((a, b) => (b.position < a.position ? b : a));
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      next.resume();
      this.#schedule();
    });
  }
}
