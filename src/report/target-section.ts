import type { TargetOutcome } from '../core/outcome.ts';
import type { Target } from '../core/target.ts';
import { turnName } from '../core/turn-place.ts';
import type { ReportContext } from './context.ts';
import { codeText, escapeText, fence, visible } from './escape.ts';
import { checksLine, checksTable, clocksLine, workloadsTable } from './evidence-tables.ts';
import { patchNameOf } from './file-names.ts';
import type { Block } from './fit.ts';
import { labelOfStanding } from './label.ts';
import { patchOf } from './patch.ts';
import { count, lowerBound, plural, speedup } from './quantities.ts';
import { repeatCommand } from './repeat.ts';
import { claimableReason, type Standing, standingOf } from './standing.ts';
import { turnsMermaid } from './turns/mermaid.ts';
import { turnLogs, turnsLine, turnsTable } from './turns/table.ts';

/** From which level of need on a part gives way. Within a level the least important target goes first. */
const LEVEL = { logs: 1, chart: 1.5, turns: 2, diff: 3, checks: 4, workloads: 5, section: 7 } as const;

export interface SectionOptions {
  /** From 0 for the least important target to below 1 for the most important one. */
  readonly weight: number;
  /** Where the whole report is, as Markdown: `the [job summary](…)`. */
  readonly elsewhere: string;
}

/** The folded part of one target: times first, then the diff, how to repeat it, the checks and the turns. */
export function targetSection(
  outcome: TargetOutcome,
  context: ReportContext,
  { weight, elsewhere }: SectionOptions,
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

  const { target, turns, best } = outcome;
  const blocks: Block[] = [whole(opening(outcome, standing)), whole(account(outcome, standing))];
  if (best !== undefined) {
    const { checks, workloads } = best.evidence;
    const patch = patchOf(outcome.baseline, best.candidate.files);
    const left = `_The diff (${count(patch.length)} characters) is left out here; it is in ${elsewhere}._`;
    if (best.evidence.device.kind === 'cuda' && workloads.length > 0) {
      blocks.push(part(workloadsTable(best.evidence), LEVEL.workloads, ''), whole(clocksLine(best.evidence)));
    }
    blocks.push(part(diffBlock(target.name, patch), LEVEL.diff, left));
    blocks.push(whole(repetition(target, context, standing.kind === 'improved')));
    if (checks.length > 0) blocks.push(part(`**Checks**\n\n${checksTable(checks)}`, LEVEL.checks, checksLine(checks)));
  }
  const chart = turns.length > 1 ? turnsMermaid(outcome) : '';
  if (chart !== '') blocks.push(part(chart, LEVEL.chart, ''));
  if (turns.length > 0) {
    blocks.push(part(`**Turns**\n\n${turnsTable(outcome)}`, LEVEL.turns, `**Turns** ${turnsLine(outcome)}`));
  }
  const logs = turnLogs(outcome);
  if (logs !== '')
    blocks.push(part(logs, LEVEL.logs, `_What the turns printed is left out here; it is in ${elsewhere}._`));
  blocks.push(whole(hashes(outcome)), whole('</details>'));
  return blocks;
}

function opening({ target, turns, best }: TargetOutcome, standing: Standing): string {
  const { mark, words, closest } = labelOfStanding(standing);
  const gain =
    standing.kind === 'improved'
      ? `: ${speedup(standing.speedup.estimate)}, at least ${lowerBound(standing.speedup.low)}×`
      : closest
        ? ` (closest: ${closest})`
        : '';
  const inside = [...(best ? ['diff', 'evidence'] : []), plural(turns.length, 'turn')].join(', ');
  return (
    '<details>\n' +
    `<summary>${mark} <b>${escapeText(target.name, 80)}</b> ${words}${gain} <sub>(${inside})</sub></summary>`
  );
}

/** What the search found out, in sentences. */
function account(outcome: TargetOutcome, standing: Standing): string {
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
      ? standing.because === 'not-reached'
        ? 'The model gave no answer for it.'
        : 'None of the model’s answers held a usable proposal.'
      : `${missing(standing)} The closest one: ${said}`;
  return [where, found, ...(ended ? [`The search ended early: ${escapeText(ended, 300)}`] : [])].join('  \n');
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

function repetition(target: Target, context: ReportContext, improved: boolean): string {
  return (
    `**Repeat it${improved ? ' or take it' : ''}**: save the diff as ${codeText(patchNameOf(target.name), 120)} ` +
    `in a clone of this repository, then run\n\n${repeatCommand(target, context, improved)}`
  );
}

function hashes({ best, turns }: TargetOutcome): string {
  const evidence =
    best?.evidence ?? turns.flatMap(({ result }) => (result.kind === 'judged' ? [result.evidence] : []))[0];
  if (evidence === undefined) return '';
  const candidate = best ? `, candidate ${codeText(best.candidate.hash, 64)}` : '';
  return `<sub>SHA-256: baseline ${codeText(evidence.hashes.baseline, 64)}${candidate}</sub>`;
}
