import type { BenchmarkedWorkload } from '../core/benchmark.ts';
import type { ModeColumns } from '../core/mode-column.ts';
import { modeCells } from './mode-columns.ts';
import { interval, microseconds, speedup } from './quantities.ts';

/** A column of times, with one cell for each workload; empty where nothing is known. */
export interface BenchmarkColumn {
  readonly heading: string;
  readonly cells: readonly string[];
}

/**
 * The times of a target's own code, without the names of the workloads: of another revision where there is one, its own, those of a module's
 * other modes, and what physics allows. Headings are unique and in the order in which they are shown.
 */
export function benchmarkColumns(
  workloads: readonly BenchmarkedWorkload[],
  modes: ModeColumns | undefined,
): readonly BenchmarkColumn[] {
  const column = (heading: string, cell: (times: BenchmarkedWorkload) => string) => ({
    heading,
    cells: workloads.map(cell),
  });
  const compared = workloads.some(({ base_us }) => base_us !== undefined);
  return [
    ...(compared ? [column('base µs', ({ base_us = Number.NaN }) => microseconds(base_us))] : []),
    column('µs', ({ us }) => microseconds(us)),
    ...(compared
      ? [
          column('speedup', ({ speedup: ratio = Number.NaN }) => speedup(ratio)),
          column('99 % interval', ({ low = Number.NaN, high = Number.NaN }) => interval({ low, high })),
        ]
      : []),
    ...modeCells(modes, workloads),
    column('floor µs', ({ floor_us = Number.NaN }) => microseconds(floor_us)),
    column('of the floor', ({ us, floor_us }) =>
      floor_us === undefined ? '–' : `${Math.round((100 * floor_us) / us)} %`,
    ),
  ];
}
