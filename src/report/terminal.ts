import type { Evidence } from '../core/evidence.ts';
import type { RunOutcome } from '../core/outcome.ts';
import { lowerBound } from '../core/rounded-bounds.ts';
import { readableLog } from '../measure/excerpt.ts';
import { columns } from './columns.ts';
import { costLine } from './cost.ts';
import { escapeLog } from './escape.ts';
import { checkCount, timesOf } from './evidence-tables.ts';
import { headlines } from './headline.ts';
import { labelOf, labelOfStanding } from './label.ts';
import { modeCells, modeRemarks } from './mode-columns.ts';
import { interval, microseconds, speedup } from './quantities.ts';
import { claimableReason, isUnsandboxed, standingOf } from './standing.ts';
import { indent, painter, plain, type Style, type TerminalOptions, warnings } from './terminal-text.ts';

/** What `kernelwright verify` prints for people. Ends without a line end. */
export function renderVerdict(evidence: Evidence, { color }: TerminalOptions): string {
  const paint = painter(color);
  const { words } = labelOf(evidence);
  const style: Style =
    words === 'faster' ? ['bold', 'green'] : evidence.verdict === 'not-proven' ? 'bold' : ['bold', 'red'];
  const { device } = evidence;
  const parts = [
    `${plain(evidence.target)}: ${paint(style, words)}\n${plain(claimableReason(evidence))}`,
    ...warnings(device.kind === 'emulated', evidence.sandbox === 'off', paint),
    timesTable(evidence),
    columns(
      evidence.checks.map((check) => [plain(check.name), check.status, plain(check.detail)]),
      (cell) => (cell === 'failed' ? paint('red', cell) : cell),
    ),
    evidence.log?.trim() ? `It printed:\n${indent(escapeLog(readableLog(evidence)).trimEnd())}` : '',
    columns([
      ['device', [plain(device.name), plain(device.arch)].join(', ')],
      ['baseline', evidence.hashes.baseline],
      ['candidate', evidence.hashes.candidate],
    ]),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What `kernelwright optimize` prints when it is done. */
export function renderOutcome(outcome: RunOutcome, { color }: TerminalOptions): string {
  const paint = painter(color);
  const header = ['kernel', 'verdict', 'speedup', '99 % interval', 'at least', 'baseline → candidate, µs', 'checks'];
  const rows = outcome.targets.map((target) => {
    const standing = standingOf(target);
    const { words, closest } = labelOfStanding(standing);
    const evidence = target.best?.evidence;
    const measured = evidence?.device.kind === 'cuda' ? evidence.speedup : undefined;
    return [
      plain(target.target.name),
      closest ? `${words}: ${closest}` : words,
      ...(measured
        ? [
            speedup(measured.estimate),
            interval(measured),
            `${lowerBound(measured.low)}×`,
            timesOf(evidence?.workloads ?? []),
          ]
        : ['–', '–', '–', '–']),
      standing.kind === 'unjudged' ? '–' : checkCount(standing.evidence.checks),
    ];
  });
  return [
    paint('bold', headlines(outcome).map(plain).join('\n')),
    ...warnings(outcome.device.kind === 'emulated', isUnsandboxed(outcome), paint),
    rows.length === 0 ? '' : columns([header, ...rows], (cell) => (cell === 'faster' ? paint('green', cell) : cell)),
    outcome.targets
      .flatMap(({ target, ended }) => (ended ? [`${plain(target.name)}: ${plain(ended)}`] : []))
      .join('\n'),
    (outcome.leftOut ?? []).map(({ name, because }) => `${plain(name)} is left out: ${plain(because)}`).join('\n'),
    `${plain(outcome.model)}: ${costLine(outcome)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function timesTable(evidence: Evidence): string {
  if (evidence.device.kind === 'emulated' || evidence.workloads.length === 0) return '';
  const beside = modeCells(evidence.modes, evidence.workloads);
  const rows = evidence.workloads.map((times, row) => [
    plain(times.name),
    microseconds(times.baseline_us),
    ...beside.map(({ cells }) => cells[row] ?? ''),
    microseconds(times.candidate_us),
    speedup(times.speedup),
    interval(times),
  ]);
  const total = evidence.speedup
    ? [
        [
          'geometric mean',
          '',
          ...beside.map(() => ''),
          '',
          speedup(evidence.speedup.estimate),
          interval(evidence.speedup),
        ],
      ]
    : [];
  const header = [
    'workload',
    'baseline µs',
    ...beside.map(({ heading }) => heading),
    'candidate µs',
    'speedup',
    '99 % interval',
  ];
  return [columns([header, ...rows, ...total]), ...modeRemarks(evidence.modes).map(plain)].join('\n');
}
