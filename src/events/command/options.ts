import { z } from 'zod';
import { COMMAND_INPUTS } from '../input-values.ts';
import type { CommandOptions, Verb } from './command.ts';

/** How one option is written and read. */
interface OptionSpec {
  readonly key: keyof CommandOptions;
  /** What stands for its value in the usage. */
  readonly value: string;
  readonly schema: z.ZodType;
}

const sha = z
  .string()
  .regex(/^[0-9a-f]{7,64}$/i, { error: 'give 7 to 64 digits of the SHA of a commit' })
  .transform((text) => text.toLowerCase());

/** All options, in the order in which the usage has them. */
export const OPTIONS = {
  effort: { key: 'effort', value: 'low|medium|high|max', schema: COMMAND_INPUTS.effort },
  turns: { key: 'turns', value: 'N', schema: COMMAND_INPUTS.turns },
  trajectories: { key: 'trajectories', value: 'N', schema: COMMAND_INPUTS.trajectories },
  'budget-usd': { key: 'budgetUsd', value: 'X', schema: COMMAND_INPUTS['budget-usd'] },
  model: { key: 'model', value: 'NAME', schema: COMMAND_INPUTS.model },
  deliver: { key: 'deliver', value: 'comment|suggest|commit|pr', schema: COMMAND_INPUTS.deliver },
  sha: { key: 'sha', value: 'SHA', schema: sha },
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof OPTIONS;

export const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[];

/** What each verb takes. A measurement of the code as it is asks no model and delivers nothing. */
export const TAKES: Readonly<Record<Verb, { readonly targets: boolean; readonly options: readonly OptionName[] }>> = {
  optimize: { targets: true, options: OPTION_NAMES },
  bench: { targets: true, options: ['sha'] },
  apply: { targets: true, options: ['sha'] },
  help: { targets: false, options: [] },
  status: { targets: false, options: [] },
  cancel: { targets: false, options: [] },
};

/** The verbs that are written; `optimize` is what `/optimize` means without one. */
export const WRITTEN_VERBS = ['bench', 'apply', 'status', 'cancel', 'help'] as const satisfies readonly Verb[];

/** How an option begins. What keyboards make of two hyphens counts as an attempt at one. */
export const DASH = /^[-\u2013\u2014]/;
