import type { Verdict } from '../../core/verdict.ts';

/** A message as chat templates take it. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/**
 * One turn as training data. Field names are those of the exported lines. No field is null: readers of JSON Lines guess a column's type
 * from its first values, and a column that begins with nulls has none.
 */
export interface Sample {
  /** Unique: `run/target/trajectory.turn`. */
  readonly id: string;
  /** The `id` of the last turn that this one was shown; empty where it was shown none. */
  readonly after: string;
  /** The run and the target: all turns of one task, which GRPO compares. */
  readonly group: string;
  readonly target: string;
  readonly trajectory: number;
  readonly turn: number;
  readonly model: string;
  readonly device: string;
  /** What the model was told, with the system prompt first. */
  readonly prompt: readonly ChatMessage[];
  /** Its answer, as one message. */
  readonly completion: readonly ChatMessage[];
  /** SHA-256 by which prompts are told apart. */
  readonly prompt_hash: string;
  /** Of the screening; `malformed` where the answer held no candidate. */
  readonly verdict: Verdict | 'malformed';
  /** The verdict of the confirmation; empty where there was none. */
  readonly confirmed: Verdict | '';
  /** Whether it passed every check, those of the confirmation too where there was one. */
  readonly correct: boolean;
  /** Of the candidate's files; empty where there is none. */
  readonly hash: string;
  /** As screened; 0 where nothing was timed. */
  readonly speedup: number;
  /** Kevin's, of this turn alone; 0 where it is not correct. */
  readonly score: number;
  readonly discounted_return: number;
}
