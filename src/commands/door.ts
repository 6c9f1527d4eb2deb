import type { Environment } from '../events/settings.ts';

/** What a command may do to the outside: handed in, so that commands can be tested without a process. */
export interface Door {
  readonly env: Environment;
  /** Whether standard output shows colours. */
  readonly color: boolean;
  /** Standard output: results only, so that `--json` can be piped. */
  print(text: string): void;
  /** Standard error: one line for each step of long work. */
  step(line: string): void;
  /** The lines below the steps, which a terminal redraws; nothing where there is none. */
  live?(lines: readonly string[]): void;
  /** Asks a question that is answered by yes or no; absent where nobody sits at a terminal. */
  ask?(question: string): Promise<boolean>;
  /** Sets the exit status. */
  exit(status: number): void;
}
