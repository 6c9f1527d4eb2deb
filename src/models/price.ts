import { calcPrice } from '@pydantic/genai-prices';
import type { Price, Usage } from '../core/model.ts';

/**
 * Dollars for one answer: at `price` where one is given, else at Anthropic's list price, from the table that ships with the package;
 * undefined where neither is known, as with most local models.
 *
 * Thinking is output, and is paid as such. Anthropic reports uncached, cache-read and cache-written input apart; the table's `input_tokens` is their sum.
 */
export function priceOf(model: string, usage: Omit<Usage, 'usd'>, price?: Price): number | undefined {
  if (price !== undefined) return atPrice(price, usage);
  const listed = calcPrice(
    {
      input_tokens: usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens,
      cache_read_tokens: usage.cache_read_tokens,
      cache_write_tokens: usage.cache_write_tokens,
      output_tokens: usage.output_tokens,
    },
    model,
    { providerId: 'anthropic' },
  );
  return listed?.total_price;
}

function atPrice(price: Price, usage: Omit<Usage, 'usd'>): number {
  const dollars =
    price.input * usage.input_tokens +
    price.output * usage.output_tokens +
    price.cacheRead * usage.cache_read_tokens +
    price.cacheWrite * usage.cache_write_tokens;
  return dollars / 1e6;
}
