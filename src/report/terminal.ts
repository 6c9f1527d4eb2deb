import { styleText } from 'node:util';
import type { Evidence } from '../core/evidence.ts';
import type { RunOutcome } from '../core/outcome.ts';
import { readableLog } from '../measure/excerpt.ts';
import { columns } from './columns.ts';
import { costLine } from './cost.ts';
import { escapeLog, oneLine } from './escape.ts';
import { checkCount, timesOf } from './evidence-tables.ts';
import { headline } from './headline.ts';
import { labelOf, labelOfStanding } from './label.ts';
import { interval, lowerBound, microseconds, speedup } from './quantities.ts';
import { claimableReason, isUnsandboxed, standingOf } from './standing.ts';

export interface TerminalOptions {
  /** Whether the reader's terminal shows colours. */
  readonly color: boolean;
}

type Style = Parameters<typeof styleText>[0];

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
    paint('bold', plain(headline(outcome))),
    ...warnings(outcome.device.kind === 'emulated', isUnsandboxed(outcome), paint),
    rows.length === 0 ? '' : columns([header, ...rows], (cell) => (cell === 'faster' ? paint('green', cell) : cell)),
    outcome.targets
      .flatMap(({ target, ended }) => (ended ? [`${plain(target.name)}: ${plain(ended)}`] : []))
      .join('\n'),
    `${plain(outcome.model)}: ${costLine(outcome)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function timesTable(evidence: Evidence): string {
  if (evidence.device.kind === 'emulated' || evidence.workloads.length === 0) return '';
  const rows = evidence.workloads.map((times) => [
    plain(times.name),
    microseconds(times.baseline_us),
    microseconds(times.candidate_us),
    speedup(times.speedup),
    interval(times),
  ]);
  const total = evidence.speedup
    ? [['geometric mean', '', '', speedup(evidence.speedup.estimate), interval(evidence.speedup)]]
    : [];
  return columns([['workload', 'baseline µs', 'candidate µs', 'speedup', '99 % interval'], ...rows, ...total]);
}

function warnings(emulated: boolean, unsandboxed: boolean, paint: Painter): string[] {
  return [
    ...(unsandboxed
      ? [paint(['bold', 'red'], 'sandbox: off. Nothing kept the candidate from tampering with this result.')]
      : []),
    ...(emulated
      ? [paint('yellow', 'No GPU: results were checked on an emulated CPU; no speedup is measured or claimed.')]
      : []),
  ];
}

type Painter = (style: Style, text: string) => string;

function painter(color: boolean): Painter {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}

/** Untrusted text on one line, harmless to terminals and to workflow logs. */
function plain(text: string): string {
  return escapeLog(oneLine(text, 500));
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
