import { MODES, type Mode, type ModeColumn, type ModeColumns } from '../core/mode-column.ts';
import { microseconds } from './quantities.ts';

/* The other modes of a module's own code, as reports show them: a column of times each, and a remark where there are none. */

const NAMES: Readonly<Record<Mode, string>> = { eager: 'eager', compiled: 'torch.compile' };

/** Under a heading one cell for each of the workloads, which are named. None where nothing was asked for, or no mode was timed. */
export function modeCells(
  modes: ModeColumns | undefined,
  workloads: readonly { readonly name: string }[],
): { readonly heading: string; readonly cells: readonly string[] }[] {
  if (modes === undefined || MODES.every((mode) => modes[mode].kind !== 'timed')) return [];
  return MODES.map((mode) => ({
    heading: `${NAMES[mode]} µs`,
    cells: workloads.map(({ name }) => cell(modes[mode], name)),
  }));
}

function cell(column: ModeColumn, workload: string): string {
  if (column.kind !== 'timed') return OUTCOMES[column.kind];
  const us = column.workloads.find(({ name }) => name === workload)?.us;
  return microseconds(us ?? Number.NaN);
}

const OUTCOMES = { 'not-possible': 'not possible here', failed: 'failed' } as const;

/** What is said of each mode that was not timed, or once of both where it is the same. The text is foreign in part. */
export function modeRemarks(modes: ModeColumns | undefined): string[] {
  if (modes === undefined) return [];
  const said = new Map<string, string[]>();
  for (const mode of MODES) {
    const column = modes[mode];
    if (column.kind === 'timed') continue;
    const words = `${OUTCOMES[column.kind]}: ${column.reason}`;
    said.set(words, [...(said.get(words) ?? []), NAMES[mode]]);
  }
  return [...said].map(([words, names]) => `${names.join(', ')}: ${words}`);
}
