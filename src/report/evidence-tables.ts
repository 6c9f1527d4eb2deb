import { markdownTable } from 'markdown-table';
import type { Check, Evidence, WorkloadTimes } from '../core/evidence.ts';
import { codeText, escapeText } from './escape.ts';
import { modeCells, modeRemarks } from './mode-columns.ts';
import { interval, microseconds, speedup } from './quantities.ts';

const CHECK_MARKS: Readonly<Record<Check['status'], string>> = {
  passed: '✅ passed',
  failed: '❌ failed',
  skipped: '⚪ skipped',
};

const TABLE = { alignDelimiters: false } as const;

export function table(header: readonly string[], rows: readonly (readonly string[])[], align: string): string {
  return markdownTable([header, ...rows], { ...TABLE, align: [...align] });
}

/** `6/6`, with what was skipped: only checks that ran can count as passed. */
export function checkCount(checks: readonly Check[]): string {
  const ran = checks.filter((check) => check.status !== 'skipped');
  const skipped = checks.length - ran.length;
  const passed = ran.filter((check) => check.status === 'passed').length;
  return `${passed}/${ran.length}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** What was checked and seen; without a GPU no more than this is known. */
export function checksTable(checks: readonly Check[]): string {
  return table(
    ['Check', 'Result', 'What was seen'],
    checks.map((check) => [codeText(check.name, 60), CHECK_MARKS[check.status], escapeText(check.detail, 500)]),
    'lll',
  );
}

/** The checks in one line, for where the table has no room; failures keep their names. */
export function checksLine(checks: readonly Check[]): string {
  const failed = checks.filter((check) => check.status === 'failed').map((check) => codeText(check.name, 60));
  return `${checkCount(checks)} checks passed${failed.length > 0 ? `; failed: ${failed.slice(0, 5).join(', ')}` : ''}.`;
}

/** The times of a measurement; of a module with its own code's other modes between those of the baseline and of the candidate. */
export function workloadsTable({ workloads, modes }: Pick<Evidence, 'workloads' | 'modes'>): string {
  const beside = modeCells(modes, workloads);
  const times = table(
    [
      'Workload',
      'Baseline µs',
      ...beside.map(({ heading }) => capitalized(heading)),
      'Candidate µs',
      'Speedup',
      '99 % interval',
    ],
    workloads.map((times, row) => [
      codeText(times.name, 200),
      microseconds(times.baseline_us),
      ...beside.map(({ cells }) => cells[row] ?? ''),
      microseconds(times.candidate_us),
      speedup(times.speedup),
      interval(times),
    ]),
    `lr${'r'.repeat(beside.length)}rrr`,
  );
  return [times, ...modeRemarks(modes).map((remark) => escapeText(capitalized(remark), 500))].join('\n\n');
}

/** Not what is a name of a function. */
function capitalized(text: string): string {
  return text.startsWith('eager') ? `E${text.slice(1)}` : text;
}

/** In µs: `58.1 → 31.7`; several workloads as their range: `58.1–190 → 31.7–104`. */
export function timesOf(workloads: readonly WorkloadTimes[]): string {
  if (workloads.length === 0) return '–';
  const range = (times: readonly number[]): string => {
    const [low, high] = [microseconds(Math.min(...times)), microseconds(Math.max(...times))];
    return low === high ? low : `${low}–${high}`;
  };
  const baseline = range(workloads.map((times) => times.baseline_us));
  return `${baseline} → ${range(workloads.map((times) => times.candidate_us))}`;
}

/** Both clocks in a sentence: one lives in the candidate's process, the other where no candidate can reach it. */
export function clocksLine(evidence: Evidence): string {
  if (evidence.speedup === undefined) return '';
  const { estimate, judge_clock } = evidence.speedup;
  return (
    `Overall **${speedup(estimate)}** (geometric mean, 99 % interval ${interval(evidence.speedup)}); ` +
    `by the judge’s own clock, which no candidate can reach, ${speedup(judge_clock)}.`
  );
}
