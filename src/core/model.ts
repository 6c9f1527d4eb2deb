import { ConfigurationError } from './errors.ts';
import type { TurnPlace } from './turn-place.ts';

/** In place of a model's name: no model is asked, and the constants of the existing code are searched. */
export const TUNER = 'tuner';

/** Who proposes. The search knows a model only by this. */
export interface Model {
  /** As it is sent and shown, such as `claude-opus-5-5`. */
  readonly name: string;
  /** The most that one attempt at an answer can take; budgets are asked for it before the call. */
  atMost(conversation: Conversation): Usage;
  /**
   * @param charged hears, before `complete` rejects, what attempts were charged that broke off
   * @throws ContextExceeded where the conversation alone is longer than the model can take
   */
  complete(conversation: Conversation, asker?: Asker, charged?: (usage: Usage) => void): Promise<Completion>;
}

/** What extended thinking a model is asked for; absent, the model does as it does by itself. */
export type Thinking = 'off' | 'auto' | { readonly tokens: number };

/** How much work a model is asked to put into an answer, from the least. */
export const MODEL_EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
export type ModelEffort = (typeof MODEL_EFFORTS)[number];

/** The turn for which a model is asked. It is no part of the request. */
export interface Asker extends TurnPlace {
  readonly target: string;
  /** With a shorter conversation, after the first was too long for the model's context. */
  readonly again?: true;
}

export interface Conversation {
  readonly system: string;
  readonly messages: readonly Message[];
}

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** Follows the text. It changes from turn to turn while the text stays, so a prompt cache ends before it. */
  readonly aside?: string;
}

/** The conversation is too long for the model's context; a shorter one may pass. */
export class ContextExceeded extends ConfigurationError {}

export interface Completion {
  readonly text: string;
  /** `length`: the answer was cut at the token limit; `context`: where the model's context ended; `refusal`: the model declined. */
  readonly stop: 'end' | 'length' | 'context' | 'refusal';
  readonly usage: Usage;
  /** Until the answer was there, lost attempts and the waits between them included. */
  readonly seconds: number;
}

export interface Usage {
  readonly input_tokens: number;
  /** Thinking included. */
  readonly output_tokens: number;
  /** How many of the output were thinking; absent where the API does not say. */
  readonly thinking_tokens?: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  /** Attempts at an answer that failed or broke off before one came; what they were charged is in the other numbers. Absent where there were none. */
  readonly retries?: number;
  /** Undefined when no price is known for the model. */
  readonly usd?: number;
}

/** Dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** Sum of two usages; dollars stay known only while both are. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cache_read_tokens: a.cache_read_tokens + b.cache_read_tokens,
    cache_write_tokens: a.cache_write_tokens + b.cache_write_tokens,
    ...(a.thinking_tokens === undefined && b.thinking_tokens === undefined
      ? {}
      : { thinking_tokens: (a.thinking_tokens ?? 0) + (b.thinking_tokens ?? 0) }),
    ...(a.retries === undefined && b.retries === undefined ? {} : { retries: (a.retries ?? 0) + (b.retries ?? 0) }),
    ...(a.usd !== undefined && b.usd !== undefined ? { usd: a.usd + b.usd } : {}),
  };
}

export const NO_USAGE: Usage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  usd: 0,
};
