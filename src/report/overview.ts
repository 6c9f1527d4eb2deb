import type { AgainstBase } from '../core/benchmark.ts';
import type { Device } from '../core/evidence.ts';
import type { TargetOutcome } from '../core/outcome.ts';
import { lowerBound } from '../core/rounded-bounds.ts';
import { changeOf } from './against-base.ts';
import { codeText } from './escape.ts';
import { checkCount, table } from './evidence-tables.ts';
import { floorShareText } from './floor-share.ts';
import { labelOfStanding, wordsOf } from './label.ts';
import { speedup } from './quantities.ts';
import { type Standing, standingOf } from './standing.ts';

interface Column {
  readonly heading: string;
  readonly align: 'l' | 'r';
  /** Empty where there is nothing to say. */
  readonly cell: (outcome: TargetOutcome, standing: Standing) => string;
  /** Words of the heading that are to be explained. */
  readonly terms?: readonly (keyof typeof TERMS)[];
}

/** One row for each target. A column in which no target has anything to say is left out. */
export function overviewTable(targets: readonly TargetOutcome[], device: Device): string {
  const rows = targets.map((outcome) => ({ outcome, standing: standingOf(outcome) }));
  const columns = (device.kind === 'cuda' ? TIMED : CHECKED)
    .map((column) => ({ ...column, cells: rows.map(({ outcome, standing }) => column.cell(outcome, standing)) }))
    .filter(({ cells }) => cells.some((cell) => cell !== '' && cell !== SAME));
  const used = new Set<string>(columns.flatMap(({ terms = [] }) => terms));
  const meanings = Object.entries(TERMS).flatMap(([term, meaning]) => (used.has(term) ? [`${term}: ${meaning}.`] : []));
  const shown = table(
    columns.map(({ heading }) => heading),
    rows.map((_, row) => columns.map(({ cells }) => cells[row] || '–')),
    columns.map(({ align }) => align).join(''),
  );
  return meanings.length === 0 ? shown : `${shown}\n\n<sub>${meanings.join(' ')}</sub>`;
}

const TERMS = {
  Head: 'this pull request’s code',
  Base: 'the base branch’s',
  Best: 'the best version found',
  Floor: 'the least time in which this GPU can do the work',
} as const;

/** Said only beside others that changed. */
const SAME = 'unchanged';

const NAME: Column = { heading: 'Target', align: 'l', cell: ({ target }) => codeText(target.name, 80) };

const VERDICT: Column = {
  heading: 'Verdict',
  align: 'l',
  cell: (_, standing) => {
    const { mark, words } = labelOfStanding(standing);
    return `${mark} ${words}`;
  },
};

const AGAINST_BASE: Column = {
  heading: 'Head vs base',
  align: 'l',
  cell: ({ againstBase }) => (againstBase === undefined ? '' : againstBaseCell(againstBase)),
  terms: ['Head', 'Base'],
};

const CHECKS: Column = {
  heading: 'Checks',
  align: 'r',
  cell: (_, standing) => (standing.kind === 'unjudged' ? '' : checkCount(standing.evidence.checks)),
};

const TURNS: Column = { heading: 'Turns', align: 'r', cell: ({ turns }) => `${turns.length}` };

/** Numbers only of what was confirmed: a quick screen is in the turns, where it is called one. */
const TIMED: readonly Column[] = [
  NAME,
  VERDICT,
  AGAINST_BASE,
  {
    heading: 'Best vs head',
    align: 'r',
    cell: ({ best }, { kind }) => {
      const measured = best?.evidence.speedup;
      if (measured === undefined) return '';
      return kind === 'improved' ? `**${speedup(measured.estimate)}**` : speedup(measured.estimate);
    },
    terms: ['Head', 'Best'],
  },
  {
    heading: 'Lower bound',
    align: 'r',
    cell: ({ best }) => (best?.evidence.speedup ? `${lowerBound(best.evidence.speedup.low)}×` : ''),
  },
  {
    heading: 'Share of the floor',
    align: 'r',
    cell: floorShareText,
    terms: ['Floor'],
  },
];

const CHECKED: readonly Column[] = [NAME, VERDICT, AGAINST_BASE, CHECKS, TURNS];

/** `❌ 0.87×` */
export function againstBaseCell(compared: AgainstBase): string {
  const change = changeOf(compared);
  switch (change.kind) {
    case 'slower':
      return `❌ **${speedup(change.speedup.estimate)}** slower`;
    case 'faster':
      return `✅ ${speedup(change.speedup.estimate)} faster`;
    case 'alike':
      return `⚪ ${speedup(change.speedup.estimate)}`;
    case 'right':
      return '☑️ right, not timed';
    case 'wrong':
      return `❌ ${change.verdict === 'incorrect' ? 'other results' : wordsOf(change.verdict)}`;
    case 'unclear':
      return '⚪ cannot be judged';
    case 'same':
      return SAME;
    case 'absent':
      return 'new';
    case 'failed':
      return '⚪ base fails';
  }
}
