import { quantileSorted } from 'simple-statistics';

/** The middle of some samples and of what lies around it. */
export interface Spread {
  readonly count: number;
  readonly median: number;
  /** Lower and upper quartile. */
  readonly low: number;
  readonly high: number;
}

/** Undefined for no samples. */
export function spreadOf(samples: readonly number[]): Spread | undefined {
  if (samples.length === 0) return undefined;
  const sorted = samples.toSorted((a, b) => a - b);
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantileSorted(sorted, share));
  return { count: samples.length, median: median ?? NaN, low: low ?? NaN, high: high ?? NaN };
}

/** Such as `1.31 s (1.25 to 1.40, n = 20)`. */
export function formatSpread(spread: Spread | undefined, unit: string): string {
  if (spread === undefined) return 'none';
  const { median, low, high, count } = spread;
  return `${round(median)} ${unit} (${round(low)} to ${round(high)}, n = ${count})`;
}

/** Three digits that count, and no fewer than stand before the point. */
function round(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 4));
}
