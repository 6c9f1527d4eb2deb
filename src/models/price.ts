import { calcPrice } from '@pydantic/genai-prices';
import type { Usage } from '../core/model.ts';

/**
 * Dollars for one answer at Anthropic's list price, from the price table that ships with the package; undefined where it
 * does not know the model, as with most local ones.
 *
 * Anthropic reports uncached, cache-read and cache-written input apart; the table's `input_tokens` is their sum.
 */
export function priceOf(model: string, usage: Omit<Usage, 'usd'>): number | undefined {
  const price = calcPrice(
    {
      input_tokens: usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens,
      cache_read_tokens: usage.cache_read_tokens,
      cache_write_tokens: usage.cache_write_tokens,
      output_tokens: usage.output_tokens,
    },
    model,
    { providerId: 'anthropic' },
  );
  return price?.total_price;
}
