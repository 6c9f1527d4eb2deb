import type { BenchmarkedWorkload } from '../core/benchmark.ts';
import type { Device } from '../core/evidence.ts';
import type { RunOutcome, TargetOutcome } from '../core/outcome.ts';
import { againstBaseText } from './against-base.ts';
import { benchmarkColumns } from './benchmark-columns.ts';
import { codeText, escapeText } from './escape.ts';
import { checkCount, table } from './evidence-tables.ts';
import { modeRemarks } from './mode-columns.ts';
import { againstBaseCell } from './overview.ts';

/* What was asked for by `bench`: the code as it is, as `kernelwright bench` shows it on a terminal. */

/** Whether nothing was searched because only the code as it is was to be measured; targets may have failed at that. */
export function isBench({ targets }: Pick<RunOutcome, 'targets'>): boolean {
  return (
    targets.some(({ measured }) => measured !== undefined) &&
    targets.every(({ measured, baselineFailed }) => measured !== undefined || baselineFailed)
  );
}

/** Times where there is a GPU, one row for each workload; otherwise what was checked, one for each target. */
export function measuredTable(targets: readonly TargetOutcome[], device: Device): string {
  return device.kind === 'cuda' ? timesTable(targets) : checkedTable(targets);
}

/** The workloads with the base branch's times beside them, where those were taken. */
function measuredWorkloads({ measured, againstBase }: TargetOutcome): readonly BenchmarkedWorkload[] {
  const compared = againstBase?.kind === 'measured' ? againstBase.workloads : [];
  return compared.length > 0 ? compared : (measured?.workloads ?? []);
}

/** All columns that some target has, in the order of `benchmarkColumns`. */
const HEADINGS: Readonly<Record<string, string>> = {
  'base µs': 'Base µs',
  µs: 'Head µs',
  speedup: 'Speedup',
  '99 % interval': '99 % interval',
  'eager µs': 'Eager µs',
  'torch.compile µs': 'torch.compile µs',
  'floor µs': 'Floor µs',
  'of the floor': 'Share of the floor',
};

const MEANT =
  '<sub>One call with a cold L2, in microseconds. Head: this pull request’s code. Base: the base branch’s. Floor: the least time in which this GPU can do the work.</sub>';

function timesTable(targets: readonly TargetOutcome[]): string {
  const all = targets.map((outcome) => {
    const workloads = measuredWorkloads(outcome);
    const columns = benchmarkColumns(workloads, outcome.measured?.modes);
    return { name: outcome.target.name, workloads, columns: new Map(columns.map((one) => [one.heading, one.cells])) };
  });
  const isEmpty = (cell: string) => cell === '' || cell === '–';
  const shown = Object.keys(HEADINGS).filter((heading) =>
    all.some(({ columns }) => columns.get(heading)?.some((cell) => !isEmpty(cell))),
  );
  const rows = all.flatMap(({ name, workloads, columns }) =>
    // Of one whose code could not be measured there are none, but it is not left out.
    (workloads.length === 0 ? [{ name: '' }] : workloads).map((workload, row) => [
      codeText(name, 80),
      workload.name === '' ? '–' : codeText(workload.name, 200),
      ...shown.map((heading) => columns.get(heading)?.[row] || '–'),
    ]),
  );
  const header = ['Target', 'Workload', ...shown.map((heading) => HEADINGS[heading] ?? heading)];
  return [table(header, rows, `ll${'r'.repeat(shown.length)}`), ...remarks(targets), MEANT].join('\n\n');
}

function checkedTable(targets: readonly TargetOutcome[]): string {
  const rows = targets.map(({ target, measured, againstBase }) => [
    codeText(target.name, 80),
    measured === undefined ? '❌ could not be measured' : checkCount(measured.checks),
    againstBase === undefined ? '–' : againstBaseCell(againstBase),
  ]);
  return [table(['Target', 'Checks', 'Head vs base'], rows, 'lrl'), ...remarks(targets)].join('\n\n');
}

/** Where a column is missing: why the base branch gives none, and why a module's other modes do not. */
function remarks(targets: readonly TargetOutcome[]): string[] {
  return targets.flatMap(({ target, measured, againstBase }) => [
    ...(againstBase?.kind === 'failed' || againstBase?.kind === 'absent'
      ? [`${codeText(target.name, 80)}: ${escapeText(againstBaseText(againstBase), 500)}.`.replace(/\.\.$/, '.')]
      : []),
    ...modeRemarks(measured?.modes).map((remark) => `${codeText(target.name, 80)}: ${escapeText(remark, 500)}`),
  ]);
}
