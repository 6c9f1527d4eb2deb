/*
 * Bounds as they are told. They are rounded away from the claim, so that no rounding ever promises more than was measured.
 */

const NOT_A_NUMBER = '–';
/** Keeps 1.8 × 100 = 180.00000000000003 from being taken for more than 180. */
const SLACK = 1e-9;

/** A lower bound, never rounded up: 1.809 is `1.80`. */
export function lowerBound(ratio: number, digits = 2): string {
  return rounded(ratio, digits, (scaled) => Math.floor(scaled + SLACK));
}

/** An upper bound, never rounded down: 1.801 is `1.81`. */
export function upperBound(ratio: number, digits = 2): string {
  return rounded(ratio, digits, (scaled) => Math.ceil(scaled - SLACK));
}

function rounded(ratio: number, digits: number, round: (scaled: number) => number): string {
  if (!Number.isFinite(ratio)) return NOT_A_NUMBER;
  const scale = 10 ** digits;
  return (round(ratio * scale) / scale).toFixed(digits);
}
