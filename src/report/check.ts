import type { RunOutcome, TargetOutcome } from '../core/outcome.ts';
import { lowerBound } from '../core/rounded-bounds.ts';
import { againstBaseText, changeOf, slowerTargets, wrongTargets } from './against-base.ts';
import type { ReportContext } from './context.ts';
import { definitionLines } from './definition-lines.ts';
import { oneLine } from './escape.ts';
import { CHECK_LIMIT } from './fit.ts';
import { headlines } from './headline.ts';
import { interval, speedup } from './quantities.ts';
import { renderOverall, renderTargets } from './report.ts';
import { byImportance, standingOf } from './standing.ts';

/** What a check run says of a run. */
export interface CheckRun {
  readonly conclusion: 'success' | 'neutral' | 'failure';
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  /** At most as many as one request takes, the most important first. */
  readonly annotations: readonly Annotation[];
}

/** A remark at lines of a file, as the check shows it beside the code; lines count from 1, both ends included. */
export interface Annotation {
  readonly path: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  /** Shown as it is, without Markdown. */
  readonly message: string;
}

/** https://docs.github.com/rest/checks/runs: a title has at most 255 characters. */
const TITLE_LENGTH = 255;
/** Of one annotation's message; GitHub takes 64 KB. */
const MESSAGE_LENGTH = 2_000;

/**
 * The check run of a run. It fails only where the pull request's own code is wrong, or proven slower than the base branch's: that something
 * could be faster is no fault. It is neutral where nothing was measured that could tell.
 */
export function renderCheck(outcome: RunOutcome, context: ReportContext): CheckRun {
  const [first] = headlines(outcome);
  return {
    conclusion: conclusionOf(outcome),
    title: oneLine(first, TITLE_LENGTH),
    summary: renderOverall(outcome, CHECK_LIMIT) || 'Nothing was measured.',
    text: renderTargets(outcome, context, CHECK_LIMIT),
    annotations: byImportance(outcome.targets).flatMap(annotationsOf),
  };
}

function conclusionOf(outcome: RunOutcome): CheckRun['conclusion'] {
  const failing = outcome.targets.some(({ baselineFailed }) => baselineFailed);
  if (failing || wrongTargets(outcome).length > 0 || slowerTargets(outcome).length > 0) return 'failure';
  // Of those that were left out nobody knows.
  if (outcome.leftOut !== undefined && outcome.leftOut.length > 0) return 'neutral';
  const told = outcome.targets.some((target) => {
    const change = target.againstBase && changeOf(target.againstBase).kind;
    return standingOf(target).kind === 'improved' || change === 'faster' || change === 'alike' || change === 'same';
  });
  return told ? 'success' : 'neutral';
}

/** At the lines where the pull request has the kernel: what it does to it, and what could be gained. */
function annotationsOf(outcome: TargetOutcome): Annotation[] {
  const { target, baseline } = outcome;
  const file = baseline.find(({ path }) => path === target.source);
  const lines = file === undefined ? { start: 1, end: 1 } : definitionLines(file, target.entry);
  return [...faults(outcome), ...gains(outcome)].map(({ level, title, message }) => ({
    path: target.source,
    firstLine: lines.start,
    lastLine: lines.end,
    level,
    title: oneLine(title, TITLE_LENGTH),
    message: oneLine(message, MESSAGE_LENGTH),
  }));
}

type Note = Pick<Annotation, 'level' | 'title' | 'message'>;

function faults({ target, baselineFailed, ended, againstBase }: TargetOutcome): Note[] {
  if (baselineFailed) {
    return [
      { level: 'failure', title: `${target.name} could not be measured`, message: ended || 'Its own code fails.' },
    ];
  }
  const change = againstBase && changeOf(againstBase);
  if (againstBase === undefined || (change?.kind !== 'slower' && change?.kind !== 'wrong')) return [];
  const what = change.kind === 'slower' ? 'is slower than' : 'does not do what it does';
  return [
    {
      level: 'failure',
      title: `${target.name} ${what} on the base branch`,
      message: `This pull request against the base branch: ${againstBaseText(againstBase)}`,
    },
  ];
}

function gains(outcome: TargetOutcome): Note[] {
  const standing = standingOf(outcome);
  if (standing.kind !== 'improved') return [];
  const { estimate, low } = standing.speedup;
  const bounds = `at least ${lowerBound(low)}× (99 % interval ${interval(standing.speedup)})`;
  return [
    {
      level: 'notice',
      title: `${outcome.target.name} can be made faster: ${speedup(estimate)}`,
      message: `A confirmed version of it has ${speedup(estimate)} its speed, ${bounds}. The diff is in the report.`,
    },
  ];
}
