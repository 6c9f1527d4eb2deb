import { addUsage, NO_USAGE, type Usage } from '../core/model.ts';
import type { RunOutcome, TargetOutcome } from '../core/outcome.ts';
import { turnName } from '../core/turn-place.ts';
import { count, dollars, duration, plural } from './quantities.ts';

export function totalUsage(outcome: RunOutcome): Usage {
  return outcome.targets.map((target) => target.usage).reduce(addUsage, NO_USAGE);
}

/** `4 turns, 12,345 tokens in (8,000 more from the cache), 3,456 out, $0.41, 9 s of the GPU, 3 min 12 s`: the same words for Markdown and terminal. */
export function costLine(outcome: RunOutcome): string {
  const [only, ...others] = outcome.targets;
  // Of several targets each tells of its own longest answer.
  const cost =
    only !== undefined && others.length === 0 ? costOf(only) : costText(outcome.targets, totalUsage(outcome), '');
  return [cost, duration(outcome.seconds)].join(', ');
}

/** The same of one target, whose share of the time is not known: targets wait for one GPU. */
export function costOf(target: TargetOutcome): string {
  return costText([target], target.usage, longestAnswer(target));
}

function costText(targets: readonly TargetOutcome[], usage: Usage, longest: string): string {
  const turns = targets.reduce((sum, target) => sum + target.turns.length, 0);
  const cached = [
    ...(usage.cache_read_tokens > 0 ? [`${count(usage.cache_read_tokens)} more read from the cache`] : []),
    ...(usage.cache_write_tokens > 0 ? [`${count(usage.cache_write_tokens)} written to it`] : []),
  ].join(', ');
  const out = [
    ...(usage.thinking_tokens === undefined ? [] : [`${count(usage.thinking_tokens)} of them thinking`]),
    ...(longest === '' ? [] : [longest]),
  ].join(', ');
  const measured = targets.flatMap(({ gpuSeconds }) => gpuSeconds ?? []);
  return [
    plural(turns, 'turn'),
    `${count(usage.input_tokens)} tokens in${cached === '' ? '' : ` (${cached})`}`,
    `${count(usage.output_tokens)} out${out === '' ? '' : ` (${out})`}`,
    ...(usage.retries === undefined ? [] : [`asked again ${plural(usage.retries, 'time')} after failures`]),
    usage.usd === undefined ? 'price unknown' : dollars(usage.usd),
    ...(measured.length === 0 ? [] : [`${duration(measured.reduce((sum, seconds) => sum + seconds, 0))} of the GPU`]),
  ].join(', ');
}

/** So many times the mean of all turns: nobody shall wonder at a sum that one answer makes. */
const SURPRISING = 2;
/** Of two answers one is hardly ever far from the mean of both. */
const FEWEST_TURNS = 3;

function longestAnswer({ turns, trajectories, usage }: TargetOutcome): string {
  const longest = turns.toSorted((a, b) => b.usage.output_tokens - a.usage.output_tokens)[0];
  if (longest === undefined || turns.length < FEWEST_TURNS) return '';
  const { output_tokens } = longest.usage;
  if (output_tokens === 0 || output_tokens < (SURPRISING * usage.output_tokens) / turns.length) return '';
  return `${count(output_tokens)} in turn ${turnName(longest, trajectories)} alone`;
}
