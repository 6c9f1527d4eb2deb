import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { COLOURS, rounded, text } from '../../src/report/svg.ts';

/** One policy at one effort, over all tasks. */
export interface Searches {
  readonly policy: string;
  readonly effort: string;
  /** Of each task. */
  readonly kernels: number;
  /** Mean over tasks, 0 where nothing was correct, with the bounds of its 95 % interval. */
  readonly speedup: { readonly mean: number; readonly low: number; readonly high: number };
  /** Share of tasks with a correct version. */
  readonly solved: number;
  /** Mean dollars of a task. */
  readonly usd: number;
}

const TITLE = 'Mean speedup of simulated searches by what they cost';
const WIDTH = 760;
const HEIGHT = 420;
const MARGIN = { top: 56, right: 110, bottom: 64, left: 64 } as const;

/** What a task costs against what comes out, a line for each policy and a point for each effort. */
export function searchFigure(searches: readonly Searches[]): string {
  const costs = searches.map(({ usd }) => usd);
  const x = scaleLog([Math.min(...costs) / 1.3, Math.max(...costs) * 1.3], [MARGIN.left, WIDTH - MARGIN.right]);
  const y = scaleLinear(
    [0, Math.max(...searches.map(({ speedup }) => speedup.high)) * 1.05],
    [HEIGHT - MARGIN.bottom, MARGIN.top],
  );
  const policies = [...new Set(searches.map(({ policy }) => policy))];
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${TITLE}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(MARGIN.left, 26, TITLE, 'font-size="16" font-weight="600"'),
    ...y
      .ticks(6)
      .flatMap((tick) => [
        `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${rounded(y(tick))}" y2="${rounded(y(tick))}" stroke="#e5e5e5"/>`,
        text(MARGIN.left - 8, y(tick) + 4, `${tick.toFixed(1)}×`, 'text-anchor="end" fill="#555"'),
      ]),
    ...[0.5, 1, 2, 5, 10, 20].map((usd) =>
      text(x(usd), HEIGHT - MARGIN.bottom + 20, `$${usd}`, 'text-anchor="middle" fill="#555"'),
    ),
    text((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 16, 'dollars a task', 'text-anchor="middle" fill="#555"'),
    ...policies.flatMap((policy, index) =>
      drawn(
        searches.filter((one) => one.policy === policy),
        COLOURS[index] ?? '#000',
      ),
    ),
    '</svg>',
  ].join('\n')}\n`;

  function drawn(own: readonly Searches[], colour: string): string[] {
    const places = own.map(({ usd, speedup }) => [x(usd), y(speedup.mean)] as [number, number]);
    const [lastX, lastY] = places.at(-1) ?? [0, 0];
    return [
      `<path d="${line().digits(1)(places) ?? ''}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      text(lastX + 12, lastY + 4, own[0]?.policy ?? '', `fill="${colour}" font-weight="600"`),
      ...own.flatMap(({ usd, speedup, effort }) => [
        `<line x1="${rounded(x(usd))}" x2="${rounded(x(usd))}" y1="${rounded(y(speedup.low))}" y2="${rounded(y(speedup.high))}" stroke="${colour}"/>`,
        `<circle cx="${rounded(x(usd))}" cy="${rounded(y(speedup.mean))}" r="4.5" fill="${colour}"/>`,
        ...(own[0]?.policy === 'serial'
          ? [text(x(usd), y(speedup.mean) + 22, effort, 'text-anchor="middle" fill="#555"')]
          : []),
      ]),
    ];
  }
}
