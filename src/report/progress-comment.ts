import { addUsage, NO_USAGE } from '../core/model.ts';
import type { Budget } from '../core/search-plan.ts';
import { COMMENT_MARKER, COMMENT_ROOM } from './comment.ts';
import type { ReportContext } from './context.ts';
import { codeText, escapeText } from './escape.ts';
import { table } from './evidence-tables.ts';
import { fitTo } from './fit.ts';
import { labelOfStanding } from './label.ts';
import { origin } from './origin.ts';
import { againstBaseCell } from './overview.ts';
import type { ProgressState, TargetProgress } from './progress-state.ts';
import { count, dollars, duration, plural, speedup } from './quantities.ts';
import { standingOf } from './standing.ts';

export interface ProgressContext extends ReportContext {
  readonly model: string;
  readonly budget: Budget;
  /** For which the run has gone on. */
  readonly seconds: number;
}

/** The comment while a run goes on; the report takes its place. */
export function renderProgress(state: ProgressState, context: ProgressContext): string {
  const { targets } = state;
  const done = targets.filter(({ stage }) => stage === 'done').length;
  const what =
    targets.length === 1
      ? (targets[0]?.name ?? '')
      : `${plural(targets.length, 'kernel')}, ${count(done)} of them done`;
  return comment(`Optimizing ${what} …`, doingNow(state), state, context, false);
}

/**
 * The same comment when the job was cut off, with what was found until then.
 *
 * @param because who or what ended it, in a sentence
 */
export function renderCancelled(state: ProgressState, context: ProgressContext, because = ''): string {
  return comment(`Cancelled after ${duration(context.seconds)}`, escapeText(because, 300), state, context, true);
}

const SO_FAR =
  'What has a `≈` was seen in a quick measurement; only a confirmation is a result. The report takes the place of this comment.';
const CUT_OFF = 'What has a `≈` was seen in a quick measurement and never confirmed, so nothing is claimed of it.';

function comment(
  title: string,
  said: string,
  state: ProgressState,
  context: ProgressContext,
  cancelled: boolean,
): string {
  const shown = (most: number) => overview(state.targets, most, cancelled);
  const blocks = [
    { markdown: `### ${escapeText(title, 300)}` },
    { markdown: said },
    { markdown: shown(50), shorter: [{ at: 1, markdown: shown(10) }] },
  ];
  const footer = [
    `<sub>${cancelled ? CUT_OFF : SO_FAR}</sub>  `,
    `<sub>**${cancelled ? 'Cost' : 'So far'}** ${soFar(state, context, cancelled)}; ${codeText(context.model, 80)}</sub>  `,
    origin(context),
  ].join('\n');
  return `${COMMENT_MARKER}\n${fitTo(COMMENT_ROOM, { blocks, notice: '', footer })}`;
}

/** One line: targets are searched one after the other. */
function doingNow({ targets }: ProgressState): string {
  const current = targets.find(({ stage }) => stage !== 'waiting' && stage !== 'done');
  if (current === undefined) return 'The machine is being prepared.';
  const { name, stage, doing } = current;
  if (stage === 'preparing' || doing === undefined)
    return `**Now** ${codeText(name, 80)}: its own code is built and checked.`;
  const said = doing.summary === undefined ? '' : `: ${escapeText(doing.summary, 200)}`;
  return `**Now** ${codeText(name, 80)}: turn ${doing.turn} ${escapeText(doing.what, 80)}${said}`;
}

function overview(targets: readonly TargetProgress[], most: number, cancelled: boolean): string {
  const compared = targets.some(({ againstBase }) => againstBase !== undefined);
  const rows = targets
    .slice(0, most)
    .map((target) => [
      codeText(target.name, 80),
      cancelled && target.outcome === undefined ? CANCELLED[target.stage] : stageCell(target),
      turnsCell(target),
      ...(compared ? [target.againstBase === undefined ? '–' : againstBaseCell(target.againstBase)] : []),
      bestCell(target),
    ]);
  const header = ['Target', 'State', 'Turns', ...(compared ? ['Head vs base'] : []), 'Best so far'];
  const more = targets.length - most;
  const shown = table(header, rows, `llr${compared ? 'l' : ''}r`);
  return more > 0 ? `${shown}\n\n… and ${plural(more, 'more kernel')}` : shown;
}

function stageCell({ stage, outcome }: TargetProgress): string {
  if (outcome === undefined) return STAGES[stage];
  const { mark, words } = labelOfStanding(standingOf(outcome));
  return `${mark} ${words}`;
}

const STAGES: Readonly<Record<TargetProgress['stage'], string>> = {
  waiting: 'waiting',
  preparing: 'being measured as it is',
  searching: 'being searched',
  confirming: 'best version being confirmed',
  done: 'done',
};

const CANCELLED: typeof STAGES = {
  waiting: 'not reached',
  preparing: 'cut off',
  searching: 'cut off',
  confirming: 'cut off before it was confirmed',
  done: 'done',
};

function turnsCell({ turns, mostTurns }: TargetProgress): string {
  return mostTurns === 0 ? '–' : `${turns} of ${mostTurns}`;
}

/** Only a confirmed gain is bold; what the quick screen saw is marked. */
function bestCell({ outcome, best }: TargetProgress): string {
  const standing = outcome && standingOf(outcome);
  if (standing?.kind === 'improved') return `**${speedup(standing.speedup.estimate)}**`;
  if (standing !== undefined || best === undefined) return '–';
  return best.speedup === undefined ? 'right, not timed' : `≈ ${speedup(best.speedup)}`;
}

/** `3 min 12 s of 30 min, $0.18 of $2.00, 9,240 of 200,000 tokens` */
function soFar({ targets }: ProgressState, { seconds, budget }: ProgressContext, cancelled: boolean): string {
  const usage = targets.map((target) => target.usage).reduce(addUsage, NO_USAGE);
  const tokens = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens + usage.output_tokens;
  const left = budget.minutes === undefined || cancelled ? undefined : Math.max(0, budget.minutes * 60 - seconds);
  return [
    left === undefined
      ? duration(seconds)
      : `${duration(seconds)}, ${duration(left)} left of ${count(budget.minutes ?? 0)} min`,
    ...(usage.usd === undefined
      ? []
      : [within(dollars(usage.usd), budget.usd === undefined ? undefined : dollars(budget.usd))]),
    `${within(count(tokens), budget.tokens === undefined ? undefined : count(budget.tokens))} tokens`,
  ].join(', ');
}

function within(used: string, most: string | undefined): string {
  return most === undefined ? used : `${used} of ${most}`;
}
