import { expect, it } from 'vitest';
import { priceOf } from '../../src/models/price.ts';

const USAGE = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 };

// Anthropic's list price of Claude Opus 4.5, dollars a million tokens: 5 in, 25 out, 0.50 cache read, 6.25 cache write.
it.each([
  ['input', { ...USAGE, input_tokens: 100_000 }, 0.5],
  ['output', { ...USAGE, output_tokens: 100_000 }, 2.5],
  ['cache read', { ...USAGE, cache_read_tokens: 100_000 }, 0.05],
  ['cache write', { ...USAGE, cache_write_tokens: 100_000 }, 0.625],
])('prices %s tokens', (_kind, usage, usd) => {
  expect(priceOf('claude-opus-4-5', usage)).toBeCloseTo(usd, 10);
});

it('knows the dated names', () => {
  expect(priceOf('claude-opus-4-5-20251101', { ...USAGE, output_tokens: 100_000 })).toBeCloseTo(2.5, 10);
});

it.each(['qwen3-coder', 'gpt-oss-120b', ''])('knows no price for %j', (model) => {
  expect(priceOf(model, { ...USAGE, input_tokens: 1 })).toBeUndefined();
});
