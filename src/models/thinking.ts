import type Anthropic from '@anthropic-ai/sdk';
import { APIError } from '@anthropic-ai/sdk';
import type { Thinking } from '../core/model.ts';
import { FEWEST_ANSWER_TOKENS } from '../events/input-values.ts';

/** The API takes no smaller budget of thinking, https://platform.claude.com/docs/en/build-with-claude/extended-thinking. */
const LEAST_BUDGET = 1024;

/** How a model is asked to think. */
export interface ThinkingRequest {
  /** What to send now; undefined: nothing. */
  now(): Anthropic.ThinkingConfigParam | undefined;
  /** Whether the same request is worth sending once more, since from now on `auto` is asked for in the other way. */
  refused(error: unknown, sent: Anthropic.ThinkingConfigParam | undefined): boolean;
}

/**
 * Models from Claude 4.6 on take `auto` as `adaptive`; those before refuse that, and take a budget, which is an upper bound too: all of `maxTokens` but
 * what an answer needs. Which of the two a model is, it tells by its first refusal, which costs nothing; no table of names would know the
 * next model, or what stands behind a gateway.
 */
export function thinkingRequest(thinking: Thinking | undefined, maxTokens: number): ThinkingRequest {
  const most = maxTokens - FEWEST_ANSWER_TOKENS;
  let adaptive = true;
  return {
    now() {
      if (thinking === undefined) return undefined;
      if (thinking === 'off') return { type: 'disabled' };
      if (thinking === 'auto') return adaptive ? { type: 'adaptive' } : { type: 'enabled', budget_tokens: most };
      return { type: 'enabled', budget_tokens: thinking.tokens };
    },
    refused(error, sent) {
      if (sent?.type !== 'adaptive' || most < LEAST_BUDGET) return false;
      if (!(error instanceof APIError) || error.status !== 400 || !/adaptive|thinking/i.test(error.message))
        return false;
      adaptive = false;
      return true;
    },
  };
}
