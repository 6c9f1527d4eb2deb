import type { Effort } from '../../core/search-plan.ts';
import type { Delivery } from '../input-values.ts';

/** What a command says in place of the inputs. */
export interface CommandOptions {
  readonly effort?: Effort;
  readonly turns?: number;
  readonly trajectories?: number;
  /** US dollars. */
  readonly budgetUsd?: number;
  readonly model?: string;
  readonly deliver?: Delivery;
  /** The beginning of the head's SHA, or all of it: 7 to 64 hexadecimal digits in lower case. */
  readonly sha?: string;
}

/** What somebody asked for in a comment. `targets` are names and paths as they were written, each once; empty for all that changed. */
export type Command =
  | { readonly verb: 'optimize' | 'bench'; readonly targets: readonly string[]; readonly options: CommandOptions }
  | { readonly verb: 'apply'; readonly targets: readonly string[]; readonly options: Pick<CommandOptions, 'sha'> }
  | { readonly verb: 'help' | 'status' | 'cancel' };

export type Verb = Command['verb'];
