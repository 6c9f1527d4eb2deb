import type { TargetOutcome } from '../../core/outcome.ts';
import { type Point, pointsOf } from './points.ts';

/** Bars in blue, the baseline in grey. */
const COLOURED = '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#0072B2, #8C8C8C"}}}}%%';

/** More bars than these are too narrow to be read in a comment. */
const MOST_BARS = 24;

/**
 * The speedup of each turn as a Mermaid chart, which GitHub draws: a bar for each version that is correct, a name with `✗` for each that is
 * not, and the baseline as a line. Where there are more turns than can be read it shows the best of each trajectory. Empty where nothing
 * was timed.
 */
export function turnsMermaid(outcome: TargetOutcome): string {
  const all = pointsOf(outcome);
  if (all.length === 0) return '';
  const points = all.length > MOST_BARS ? bestOfEach(all).slice(0, MOST_BARS) : all;
  const highest = Math.max(1, ...points.map(({ speedup = 0 }) => speedup));
  return [
    '```mermaid',
    COLOURED,
    'xychart-beta',
    `  x-axis "${points.length < all.length ? 'best turn of each trajectory' : 'turn'}" [${points.map(label).join(', ')}]`,
    `  y-axis "speedup" 0 --> ${(Math.ceil(highest * 11) / 10).toFixed(1)}`,
    `  bar [${points.map(({ speedup = 0 }) => speedup.toFixed(2)).join(', ')}]`,
    `  line [${points.map(() => '1').join(', ')}]`,
    '```',
  ].join('\n');
}

function label({ name, failure, best }: Point): string {
  return `"${name}${failure === undefined ? '' : ' ✗'}${best ? ' ★' : ''}"`;
}

function bestOfEach(points: readonly Point[]): Point[] {
  const best = new Map<number, Point>();
  for (const point of points) {
    const known = best.get(point.trajectory);
    if (known === undefined || point.best || (!known.best && (point.speedup ?? 0) > (known.speedup ?? 0)))
      best.set(point.trajectory, point);
  }
  return [...best.values()];
}
