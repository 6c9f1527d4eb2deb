import type { RunOutcome, TargetOutcome } from '../core/outcome.ts';
import type { ReportContext } from './context.ts';
import { costLine } from './cost.ts';
import { codeText, escapeText } from './escape.ts';
import { type Block, fitTo, type Limit, NO_LIMIT, SUMMARY_LIMIT } from './fit.ts';
import { harmBlock } from './harm.ts';
import { headlines, warnings } from './headline.ts';
import { leftOutList } from './left-out.ts';
import { isBench, measuredTable } from './measured-table.ts';
import { address, origin } from './origin.ts';
import { overviewTable } from './overview.ts';
import { duration, plural } from './quantities.ts';
import { byImportance } from './standing.ts';
import { targetSection } from './target-section.ts';

/** A table of hundreds of rows gives way before any section does (7), a short one after all of them. */
const LEVEL = { rows: 6, table: 8 } as const;
const ROWS_KEPT = 50;

/** The whole report as Markdown, in at most `limit`. What a busy maintainer wants first comes first. */
export function renderReport(outcome: RunOutcome, context: ReportContext, limit: Limit = NO_LIMIT): string {
  const [first] = headlines(outcome);
  const title = { markdown: `### ${escapeText(first, 400)}` };
  const elsewhere = whereAllIs(outcome, context, limit);
  const blocks = [title, ...overallBlocks(outcome), ...targetBlocks(outcome, context, elsewhere)];
  return fitTo(limit, { blocks, notice: notice(limit, elsewhere), footer: footer(outcome, context) });
}

/** What is said of the run as a whole, without the first sentence and the footer. */
export function renderOverall(outcome: RunOutcome, limit: Limit): string {
  return fitTo(limit, { blocks: overallBlocks(outcome), notice: '', footer: '' });
}

/** What is said of each target, and the footer. */
export function renderTargets(outcome: RunOutcome, context: ReportContext, limit: Limit): string {
  const elsewhere = whereAllIs(outcome, context, limit);
  const blocks = targetBlocks(outcome, context, elsewhere);
  return fitTo(limit, { blocks, notice: notice(limit, elsewhere), footer: footer(outcome, context) });
}

function overallBlocks(outcome: RunOutcome): Block[] {
  const [, ...others] = headlines(outcome);
  const targets = byImportance(outcome.targets);
  return [
    ...harm(outcome),
    ...others.map((sentence) => ({ markdown: `**${escapeText(sentence, 400)}**` })),
    { markdown: warnings(outcome) },
    ...(targets.length > 0 ? [overview(outcome, targets)] : []),
    ...leftOutBlocks(outcome),
  ];
}

function targetBlocks(outcome: RunOutcome, context: ReportContext, elsewhere: string): Block[] {
  const targets = byImportance(outcome.targets);
  return targets.flatMap((target, index) =>
    targetSection(target, context, {
      weight: (targets.length - 1 - index) / targets.length,
      elsewhere,
      model: outcome.model,
      alone: targets.length === 1,
    }),
  );
}

function notice(limit: Limit, elsewhere: string): string {
  return `_Shortened, because GitHub takes at most ${limit.name}. The whole report is in ${elsewhere}._`;
}

/** What the pull request makes worse than it is on the base branch, with the numbers. */
function harm(outcome: RunOutcome): Block[] {
  const shown = harmBlock(outcome);
  return shown === '' ? [] : [{ markdown: shown, shorter: [{ at: LEVEL.table, markdown: '' }] }];
}

/** After the numbers, and there even where those have to give way: nobody else says it. */
function leftOutBlocks({ leftOut = [] }: RunOutcome): Block[] {
  if (leftOut.length === 0) return [];
  const short = `${plural(leftOut.length, 'kernel')} could not be read and ${leftOut.length === 1 ? 'is' : 'are'} left out.`;
  return [{ markdown: leftOutList(leftOut), shorter: [{ at: LEVEL.table, markdown: short }] }];
}

/** The next larger place that holds everything. */
function whereAllIs(outcome: RunOutcome, context: ReportContext, limit: Limit): string {
  const files = 'the report files of this run';
  if (limit.size >= SUMMARY_LIMIT.size || context.runUrl === undefined) return files;
  const fits = SUMMARY_LIMIT.measure(renderReport(outcome, context)) <= SUMMARY_LIMIT.size;
  return fits ? `the [job summary](${address(context.runUrl)})` : files;
}

function overview(outcome: RunOutcome, targets: readonly TargetOutcome[]): Block {
  const table = isBench(outcome) ? measuredTable : overviewTable;
  const render = (shown: readonly TargetOutcome[]) => table(shown, outcome.device);
  const more = targets.length - ROWS_KEPT;
  return {
    markdown: render(targets),
    shorter: [
      ...(more > 0
        ? [
            {
              at: LEVEL.rows,
              markdown: `${render(targets.slice(0, ROWS_KEPT))}\n\n… and ${plural(more, 'more kernel')}`,
            },
          ]
        : []),
      { at: LEVEL.table, markdown: `${plural(targets.length, 'kernel')}.` },
    ],
  };
}

function footer(outcome: RunOutcome, context: ReportContext): string {
  const versions = Object.entries(outcome.device.versions).map(([name, version]) =>
    escapeText(`${name} ${version}`, 60),
  );
  const machine = [escapeText(outcome.device.name, 80), escapeText(outcome.device.arch, 20), ...versions.slice(0, 8)];
  const sandbox = outcome.sandbox === 'off' ? '**sandbox: off**' : `sandbox: ${outcome.sandbox}`;
  return [
    isBench(outcome)
      ? `<sub>**Cost** no model was asked, ${duration(outcome.seconds)}</sub>  `
      : `<sub>**Cost** ${codeText(outcome.model, 80)}: ${costLine(outcome)}</sub>  `,
    `<sub>**Machine** ${machine.join(', ')}; ${sandbox}</sub>  `,
    origin(context),
  ].join('\n');
}
