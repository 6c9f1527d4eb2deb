import type { BenchmarkedWorkload } from '../core/benchmark.ts';
import type { RunOutcome } from '../core/outcome.ts';
import { slowerTargets, wrongTargets } from './against-base.ts';
import { codeText, escapeText } from './escape.ts';
import { table } from './evidence-tables.ts';
import { interval, microseconds, plural, speedup } from './quantities.ts';

const MOST_ROWS = 12;

/** What the pull request makes worse than it is on the base branch: reasons and times. Empty where that is proven of nothing. */
export function harmBlock(outcome: RunOutcome): string {
  const slower = slowerTargets(outcome);
  const rows = slower.flatMap(({ outcome: { target }, change }) =>
    change.workloads.map((workload) => [codeText(target.name, 80), ...againstBaseCells(workload)]),
  );
  const more = rows.length - MOST_ROWS;
  const wrong = wrongTargets(outcome);
  return [
    ...wrong
      .slice(0, MOST_ROWS)
      .map(({ outcome: { target }, change }) => `${codeText(target.name, 80)}: ${escapeText(change.reason, 400)}`),
    ...(wrong.length > 0 ? [MEANT] : []),
    ...(rows.length > 0 ? [table(['Target', ...HEADER], rows.slice(0, MOST_ROWS), `l${ALIGN}`)] : []),
    ...(more > 0 ? [`… and ${plural(more, 'more workload')}`] : []),
  ].join('\n\n');
}

/** Without a reference nobody but the base branch says what is right. */
const MEANT =
  'Where other results are meant, a `reference` in the configuration says so: then the base branch’s code is not what decides.';

/** The times of a pull request's own code beside the base branch's. */
export function againstBaseTable(workloads: readonly BenchmarkedWorkload[]): string {
  return table(HEADER, workloads.map(againstBaseCells), ALIGN);
}

const HEADER = ['Workload', 'Base branch µs', 'This pull request µs', 'Speedup', '99 % interval'] as const;
const ALIGN = 'lrrrr';

function againstBaseCells({ name, us, base_us, speedup: ratio, low, high }: BenchmarkedWorkload): string[] {
  return [
    codeText(name, 200),
    microseconds(base_us ?? Number.NaN),
    microseconds(us),
    speedup(ratio ?? Number.NaN),
    interval({ low: low ?? Number.NaN, high: high ?? Number.NaN }),
  ];
}
