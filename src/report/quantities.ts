/*
 * Numbers as reports print them.
 */
import { lowerBound, upperBound } from '../core/rounded-bounds.ts';

const DASH = '–';

/** `1.83×` */
export function speedup(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)}×` : DASH;
}

/** `1.80–1.86` */
export function interval(bounds: { readonly low: number; readonly high: number }): string {
  return `${lowerBound(bounds.low)}–${upperBound(bounds.high)}`;
}

/** Three figures of a time in microseconds, without the unit: `3.72`, `58.1`, `1,234`. */
export function microseconds(time: number): string {
  if (!Number.isFinite(time)) return DASH;
  if (time < 9.995) return time.toFixed(2);
  return time < 99.95 ? time.toFixed(1) : count(time);
}

/** `12,345` */
export function count(number: number): string {
  return Number.isFinite(number) ? Math.round(number).toLocaleString('en-US') : DASH;
}

/** `$0.41`; small amounts keep two figures: `$0.0042`. */
export function dollars(usd: number): string {
  if (usd === 0 || usd >= 0.1) return `$${usd.toFixed(2)}`;
  return `$${usd.toLocaleString('en-US', { maximumSignificantDigits: 2, maximumFractionDigits: 20 })}`;
}

/** `41 s`, `3 min 12 s` */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `1 turn`, `4 turns` */
export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}
