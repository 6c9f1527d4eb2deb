import { addUsage, NO_USAGE, type Usage } from '../core/model.ts';
import type { RunOutcome } from '../core/outcome.ts';
import { count, dollars, duration, plural } from './quantities.ts';

export function totalUsage(outcome: RunOutcome): Usage {
  return outcome.targets.map((target) => target.usage).reduce(addUsage, NO_USAGE);
}

/** `4 turns, 12,345 tokens in (8,000 more from the cache), 3,456 out, $0.41, 3 min 12 s`: the same words for Markdown and terminal. */
export function costLine(outcome: RunOutcome): string {
  const turns = outcome.targets.reduce((sum, target) => sum + target.turns.length, 0);
  return [usageText(turns, totalUsage(outcome)), duration(outcome.seconds)].join(', ');
}

/** The same of one target, whose share of the time is not known: targets wait for one GPU. */
export function usageText(turns: number, usage: Usage): string {
  const cached = [
    ...(usage.cache_read_tokens > 0 ? [`${count(usage.cache_read_tokens)} more read from the cache`] : []),
    ...(usage.cache_write_tokens > 0 ? [`${count(usage.cache_write_tokens)} written to it`] : []),
  ].join(', ');
  const thinking = usage.thinking_tokens === undefined ? '' : ` (${count(usage.thinking_tokens)} of them thinking)`;
  return [
    plural(turns, 'turn'),
    `${count(usage.input_tokens)} tokens in${cached === '' ? '' : ` (${cached})`}`,
    `${count(usage.output_tokens)} out${thinking}`,
    usage.usd === undefined ? 'price unknown' : dollars(usage.usd),
  ].join(', ');
}
