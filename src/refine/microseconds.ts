/** As a model reads a time: `58.12 µs`. */
export function microseconds(value: number): string {
  return `${value.toFixed(value < 100 ? 2 : 1)} µs`;
}
