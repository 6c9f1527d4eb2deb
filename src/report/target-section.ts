import { TUNER } from '../core/model.ts';
import type { TargetOutcome } from '../core/outcome.ts';
import { lowerBound } from '../core/rounded-bounds.ts';
import { turnName } from '../core/turn-place.ts';
import { againstBaseText, changeOf } from './against-base.ts';
import type { ReportContext } from './context.ts';
import { costOf } from './cost.ts';
import { codeText, escapeText, fence, visible } from './escape.ts';
import { checkCount, checksLine, checksTable, clocksLine, workloadsTable } from './evidence-tables.ts';
import { patchNameOf } from './file-names.ts';
import type { Block } from './fit.ts';
import { againstBaseTable } from './harm.ts';
import { labelOfStanding } from './label.ts';
import { profileList, resourcesTable } from './machine-view.ts';
import { patchOf } from './patch.ts';
import { count, plural, speedup } from './quantities.ts';
import { howToRepeatIt, howToTakeIt } from './repeat.ts';
import { claimableReason, type Standing, standingOf } from './standing.ts';
import { turnsMermaid } from './turns/mermaid.ts';
import { turnLogs, turnsLine, turnsTable } from './turns/table.ts';

/** From which level of need on a part gives way. Within a level the least important target goes first. */
const LEVEL = {
  logs: 1,
  profile: 1.2,
  chart: 1.5,
  turns: 2,
  diff: 3,
  checks: 4,
  base: 4.5,
  workloads: 5,
  section: 7,
} as const;

export interface SectionOptions {
  /** From 0 for the least important target to below 1 for the most important one. */
  readonly weight: number;
  /** Where the whole report is, as Markdown: `the [job summary](…)`. */
  readonly elsewhere: string;
  /** The model's name, as the outcome has it. */
  readonly model: string;
  /** No other target stands beside it, so that what is said of the run is said of it. */
  readonly alone: boolean;
}

/** The folded part of one target: times first, then the diff, how to take and to repeat it, the checks, what the machine says, the turns. */
export function targetSection(
  outcome: TargetOutcome,
  context: ReportContext,
  { weight, elsewhere, model, alone }: SectionOptions,
): readonly Block[] {
  const standing = standingOf(outcome);
  const at = (level: number): number => level + weight;
  const whole = (markdown: string): Block => ({ markdown, shorter: [{ at: at(LEVEL.section), markdown: '' }] });
  const part = (markdown: string, level: number, instead: string): Block => ({
    markdown,
    shorter: [
      { at: at(level), markdown: instead },
      { at: at(LEVEL.section), markdown: '' },
    ],
  });

  const { target, turns, best, againstBase, measured } = outcome;
  const blocks: Block[] = [whole(opening(outcome, standing)), whole(account(outcome, standing, model))];
  const change = againstBase && changeOf(againstBase);
  // Those that became slower stand above all targets.
  if (measured !== undefined) {
    if (measured.checks.length > 0)
      blocks.push(
        part(`**What was checked**\n\n${checksTable(measured.checks)}`, LEVEL.checks, checksLine(measured.checks)),
      );
  } else if (change?.kind === 'faster' || change?.kind === 'alike')
    blocks.push(part(`**Against the base branch**\n\n${againstBaseTable(change.workloads)}`, LEVEL.base, ''));
  if (best !== undefined) {
    const { checks, workloads } = best.evidence;
    const patch = patchOf(outcome.baseline, best.candidate.files);
    const left = `_The diff (${count(patch.length)} characters) is left out here; it is in ${elsewhere}._`;
    if (best.evidence.device.kind === 'cuda' && workloads.length > 0) {
      const heading = againstBase === undefined ? '' : '**The best version**\n\n';
      blocks.push(part(`${heading}${workloadsTable(best.evidence)}`, LEVEL.workloads, ''));
      blocks.push(whole(clocksLine(best.evidence)));
    }
    blocks.push(part(diffBlock(target.name, patch), LEVEL.diff, left));
    if (standing.kind === 'improved') blocks.push(whole(howToTakeIt(target, context)));
    blocks.push(whole(howToRepeatIt(target, context)));
    if (checks.length > 0)
      blocks.push(part(`**How it was verified**\n\n${checksTable(checks)}`, LEVEL.checks, checksLine(checks)));
    for (const seen of [resourcesTable(outcome), profileList(outcome)]) {
      if (seen !== '') blocks.push(part(seen, LEVEL.profile, ''));
    }
  }
  const chart = turns.length > 1 ? turnsMermaid(outcome) : '';
  if (chart !== '') blocks.push(part(chart, LEVEL.chart, ''));
  if (turns.length > 0) {
    blocks.push(part(`**Turns**\n\n${turnsTable(outcome, model)}`, LEVEL.turns, `**Turns** ${turnsLine(outcome)}`));
  }
  const logs = turnLogs(outcome);
  if (logs !== '')
    blocks.push(part(logs, LEVEL.logs, `_What the turns printed is left out here; it is in ${elsewhere}._`));
  const cost = alone || turns.length === 0 ? '' : `<sub>Cost: ${costOf(outcome)}</sub>`;
  blocks.push(whole([cost, hashes(outcome)].filter((line) => line !== '').join('  \n')), whole('</details>'));
  return blocks;
}

function opening({ target, turns, best, measured }: TargetOutcome, standing: Standing): string {
  const { mark, words, closest } = labelOfStanding(standing);
  const gain =
    standing.kind === 'improved'
      ? `: ${speedup(standing.speedup.estimate)}, at least ${lowerBound(standing.speedup.low)}×`
      : closest
        ? ` (closest: ${closest})`
        : '';
  const inside = [
    ...(best ? ['diff', 'evidence'] : []),
    ...(measured ? [`checks: ${checkCount(measured.checks)}`] : [plural(turns.length, 'turn')]),
  ].join(', ');
  return (
    '<details>\n' +
    `<summary>${mark} <b>${escapeText(target.name, 80)}</b> ${words}${gain} <sub>(${inside})</sub></summary>`
  );
}

/** What the search found out, in sentences. */
function account(outcome: TargetOutcome, standing: Standing, model: string): string {
  const { target, best, ended } = outcome;
  const where = `${codeText(target.entry, 100)} in ${codeText(target.source, 200)}.`;
  if (standing.kind === 'unjudged' && standing.because === 'baseline-failed') {
    return [`${where}  \nNo model was asked, because the code as it is could not be measured:`, ownFailure(ended)].join(
      '\n\n',
    );
  }
  const said = standing.kind === 'unjudged' ? '' : escapeText(claimableReason(standing.evidence), 500);
  const found = best
    ? `Turn ${turnName(best, outcome.trajectories)}: ${said}`
    : standing.kind === 'unjudged'
      ? withoutAnswer(standing, model)
      : `${missing(standing)} The closest one: ${said}`;
  return [
    where,
    ...besideBase(outcome),
    found,
    ...(ended ? [`The search ended early: ${escapeText(ended, 300)}`] : []),
  ].join('  \n');
}

function withoutAnswer({ because }: Extract<Standing, { kind: 'unjudged' }>, model: string): string {
  if (because === 'measured') return 'Only the code as it is was measured, as was asked.';
  if (because === 'no-answer') return 'None of the model’s answers held a usable proposal.';
  return model === TUNER ? 'No other numbers were tried.' : 'The model gave no answer for it.';
}

/** Unchanged code needs no line. */
function besideBase({ againstBase }: TargetOutcome): string[] {
  if (againstBase === undefined || againstBase.kind === 'same') return [];
  return [`Head vs base: ${escapeText(againstBaseText(againstBase), 500)}.`.replace(/\.\.$/, '.')];
}

/** A sentence, and what the compiler or the runner printed. */
function ownFailure(ended = ''): string {
  const [sentence = '', ...log] = ended.split('\n');
  return [escapeText(sentence, 500), ...(log.length > 0 ? [fence(log.join('\n'), 'text')] : [])].join('\n\n');
}

function missing({ verdict }: Extract<Standing, { kind: 'judged' | 'improved' }>): string {
  const passedScreen = verdict === 'not-proven' || verdict === 'slower';
  return passedScreen ? 'No proposal was confirmed as a gain.' : 'No proposal passed every check.';
}

function diffBlock(target: string, patch: string): string {
  const altered = visible(patch) !== patch;
  const warning = altered
    ? '> [!WARNING]\n> The candidate holds characters that cannot be seen; they are spelled out here, so this text cannot be applied. ' +
      `Use ${codeText(patchNameOf(target), 120)} from the report files.\n\n`
    : '';
  return `**Diff**\n\n${warning}${fence(patch, 'diff')}`;
}

function hashes({ best, turns }: TargetOutcome): string {
  const evidence =
    best?.evidence ?? turns.flatMap(({ result }) => (result.kind === 'judged' ? [result.evidence] : []))[0];
  if (evidence === undefined) return '';
  const candidate = best ? `, candidate ${codeText(best.candidate.hash, 64)}` : '';
  return `<sub>SHA-256: baseline ${codeText(evidence.hashes.baseline, 64)}${candidate}</sub>`;
}
