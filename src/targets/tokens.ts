/** A word of a notation such as `f32[rows, 2 * cols] in 0..1`. */
export interface Token {
  readonly kind: 'name' | 'number' | 'symbol';
  readonly text: string;
}

/** What is wrong with a notation, in words that follow its text. Never leaves the parser that asked for the tokens. */
export class NotationProblem extends Error {}

const TOKEN = /\s*(?:(?<name>[A-Za-z_]\w*)|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<symbol>\.\.|\/\/|\*\*|\S))/gy;

/** The tokens of a text, to be taken one after the other. */
export class Tokens {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = [...text.matchAll(TOKEN)].map(({ groups = {} }): Token => {
      if (groups.name !== undefined) return { kind: 'name', text: groups.name };
      if (groups.number !== undefined) return { kind: 'number', text: groups.number };
      return { kind: 'symbol', text: groups.symbol ?? '' };
    });
  }

  /** The next token, or one further on, which stays. */
  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#next + ahead];
  }

  take(): Token | undefined {
    return this.#tokens[this.#next++];
  }

  /** Takes the next token if it is this one. */
  takeIf(text: string): boolean {
    if (this.peek()?.text !== text) return false;
    this.#next++;
    return true;
  }

  isNext(text: string): boolean {
    return this.peek()?.text === text;
  }

  /** Takes this token, or throws what is wrong where another stands. */
  expect(text: string, where: string): void {
    if (this.takeIf(text)) return;
    const found = this.peek();
    throw new NotationProblem(`lacks a "${text}" ${where}${found === undefined ? '' : `, before "${found.text}"`}`);
  }
}
