import { scaleLinear, scaleLog, scaleOrdinal } from 'd3-scale';
import { line } from 'd3-shape';
import type { TargetOutcome } from '../../core/outcome.ts';
import { oneLine } from '../escape.ts';
import { speedup } from '../quantities.ts';
import { type Point, pointsOf } from './points.ts';

const WIDTH = 760;
const HEIGHT = 400;
const MARGIN = { top: 48, right: 24, bottom: 96, left: 64 } as const;
/** Failures stand in a band of their own under the speedups. */
const FAILURES_AT = HEIGHT - MARGIN.bottom + 22;

/** Okabe and Ito's colours, which colour-blind people tell apart (https://jfly.uni-koeln.de/color/). */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000', '#8C8C8C'];

/**
 * The speedup of each turn as a picture: a line for each trajectory, a cross in the band below for each version that failed, a ring around
 * the one that was confirmed, and the baseline as a dashed line. Empty where nothing was timed.
 */
export function turnsSvg(outcome: TargetOutcome): string {
  const points = pointsOf(outcome);
  if (points.length === 0) return '';
  const timed = points.flatMap((point) => (point.speedup === undefined ? [] : [point.speedup]));
  const turns = Math.max(...points.map(({ turn }) => turn));
  const x = scaleLinear([0.5, turns + 0.5], [MARGIN.left, WIDTH - MARGIN.right]);
  const y = scaleLog(
    [Math.min(0.9, ...timed) / 1.05, Math.max(1.1, ...timed) * 1.05],
    [HEIGHT - MARGIN.bottom, MARGIN.top],
  );
  const colour = scaleOrdinal(trajectoriesOf(points), COLOURS);
  const across = (at: number) => `x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${round(at)}" y2="${round(at)}"`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${xml(`Speedup of each turn: ${outcome.target.name}`)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(MARGIN.left, 26, `${outcome.target.name}: speedup of each turn`, 'font-size="16" font-weight="600"'),
    ...scaleLinear(y.domain(), y.range())
      .ticks(6)
      .map(
        (tick) =>
          `<line ${across(y(tick))} stroke="#e5e5e5"/>${text(MARGIN.left - 8, y(tick) + 4, speedup(tick), 'text-anchor="end" fill="#555"')}`,
      ),
    `<line ${across(y(1))} stroke="#555" stroke-dasharray="5 4"/>`,
    text(WIDTH - MARGIN.right, y(1) - 6, 'baseline', 'text-anchor="end" fill="#555"'),
    `<rect x="${MARGIN.left}" y="${FAILURES_AT - 14}" width="${WIDTH - MARGIN.left - MARGIN.right}" height="28" fill="#f5f5f5"/>`,
    text(MARGIN.left - 8, FAILURES_AT + 4, 'failed', 'text-anchor="end" fill="#555"'),
    ...range(turns).map((turn) =>
      text(x(turn), HEIGHT - MARGIN.bottom + 58, `${turn}`, 'text-anchor="middle" fill="#555"'),
    ),
    text((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 14, 'turn', 'text-anchor="middle" fill="#555"'),
    ...trajectoriesOf(points).flatMap((trajectory) =>
      drawn(
        points.filter((point) => point.trajectory === trajectory),
        colour(trajectory),
      ),
    ),
    '</svg>',
  ].join('\n')}\n`;

  function drawn(own: readonly Point[], stroke: string): string[] {
    const right = own.flatMap((point) =>
      point.speedup === undefined ? [] : [[x(point.turn), y(point.speedup)] as [number, number]],
    );
    return [
      `<path d="${line().digits(1)(right) ?? ''}" fill="none" stroke="${stroke}" stroke-width="2"/>`,
      ...own.map((point) => (point.speedup === undefined ? cross(point, stroke) : dot(point, point.speedup, stroke))),
    ];
  }

  function dot(point: Point, value: number, fill: string): string {
    const at = `cx="${round(x(point.turn))}" cy="${round(y(value))}"`;
    const ring = point.best ? `<circle ${at} r="9" fill="none" stroke="${fill}" stroke-width="2"/>` : '';
    const said = point.best
      ? text(x(point.turn), y(value) - 14, speedup(value), 'text-anchor="middle" font-weight="600"')
      : '';
    return `<g><title>${xml(`turn ${point.name}: ${speedup(value)}`)}</title><circle ${at} r="4.5" fill="${fill}"/>${ring}${said}</g>`;
  }

  function cross(point: Point, stroke: string): string {
    // Trajectories that fail in the same turn stand beside each other.
    const beside = points.filter((other) => other.turn === point.turn && other.speedup === undefined);
    const step = Math.min(12, (x(2) - x(1)) / (beside.length + 1));
    const [cx, cy] = [x(point.turn) + (beside.indexOf(point) - (beside.length - 1) / 2) * step, FAILURES_AT];
    return `<g><title>${xml(`turn ${point.name}: ${point.failure}`)}</title><path d="M${round(cx - 4)},${cy - 4}l8,8m0,-8l-8,8" stroke="${stroke}" stroke-width="2" fill="none"/></g>`;
  }
}

function trajectoriesOf(points: readonly Point[]): number[] {
  return [...new Set(points.map(({ trajectory }) => trajectory))];
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${xml(content)}</text>`;
}

function xml(content: string): string {
  return oneLine(content, 200).replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
