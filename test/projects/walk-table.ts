import { markdownTable } from 'markdown-table';
import type { ModeColumn } from '../../src/core/mode-column.ts';
import { isCorrect } from '../../src/core/verdict.ts';
import type { Walked } from './walk-project.ts';

/** Whether everything went as it should: found, measured, the honest candidate believed and the wrong one not. */
export function isWell({ because, benchmark, honest, wrong, failure }: Walked): boolean {
  return (
    failure === undefined &&
    because !== undefined &&
    benchmark?.outcome === 'measured' &&
    honest !== undefined &&
    isCorrect(honest) &&
    wrong?.verdict === 'incorrect'
  );
}

/** A row for each workload of each target, times in microseconds. */
export function renderWalk(walked: readonly Walked[]): string {
  const rows = walked.flatMap((each) => {
    const { project, target, benchmark, honest, wrong } = each;
    const verdicts = [honest, wrong].map((evidence) => evidence?.verdict ?? 'none');
    const mark = isWell(each) ? '' : ' ✗';
    const timed = benchmark?.outcome === 'measured' ? benchmark : undefined;
    const workloads = timed !== undefined && timed.workloads.length > 0 ? timed.workloads : [undefined];
    return workloads.map((workload, index) => {
      const name = workload?.name ?? '';
      const judged = honest?.workloads.find((one) => one.name === name);
      return [
        index === 0 ? `${project}${project === target.replace(/\.py$/, '') ? '' : ` ${target}`}${mark}` : '',
        name,
        workload?.us.toFixed(1) ?? '–',
        workload?.floor_us === undefined ? '–' : `${Math.round((100 * workload.floor_us) / workload.us)} %`,
        modeCell(timed?.modes?.eager, name),
        modeCell(timed?.modes?.compiled, name),
        judged === undefined
          ? '–'
          : `${judged.speedup.toFixed(2)} (${judged.low.toFixed(2)} to ${judged.high.toFixed(2)})`,
        ...(index === 0 ? verdicts : ['', '']),
      ];
    });
  });
  const head = [
    'target',
    'workload',
    'as it is',
    'of the floor',
    'eager',
    'compiled',
    'honest candidate',
    'its verdict',
    'wrong candidate',
  ];
  const table = markdownTable([head, ...rows], { align: ['l', 'l', 'r', 'r', 'r', 'r', 'r', 'l', 'l'] });
  return [table, ...walked.flatMap(problems)].join('\n\n');
}

function modeCell(column: ModeColumn | undefined, workload: string): string {
  if (column?.kind !== 'timed') return column?.kind ?? '–';
  return column.workloads.find(({ name }) => name === workload)?.us.toFixed(1) ?? '–';
}

function problems(walked: Walked): string[] {
  if (isWell(walked)) return [];
  const { project, target, because, benchmark, honest, wrong, failure } = walked;
  const said = [
    ...(failure === undefined ? [] : [failure]),
    ...(because === undefined ? ['`targets` does not list it'] : []),
    ...(benchmark?.outcome === 'failed' ? [benchmark.reason] : []),
    ...(honest === undefined || isCorrect(honest) ? [] : [`the honest candidate: ${honest.reason}`]),
    ...(wrong === undefined || wrong.verdict === 'incorrect' ? [] : [`the wrong candidate: ${wrong.reason}`]),
  ];
  return [`✗ ${project} ${target}: ${said.join('; ')}`];
}
