import type { Evidence } from '../../core/evidence.ts';
import { TUNER } from '../../core/model.ts';
import type { TargetOutcome, Tuned, Turn } from '../../core/outcome.ts';
import { samePlace, type TurnPlace, turnName } from '../../core/turn-place.ts';
import { isCorrect } from '../../core/verdict.ts';
import { readableLog } from '../../measure/excerpt.ts';
import { escapeText, fence } from '../escape.ts';
import { table } from '../evidence-tables.ts';
import { labelOf, NO_ANSWER } from '../label.ts';
import { duration, plural, speedup } from '../quantities.ts';
import { claimableReason } from '../standing.ts';

/** Turns, and the one whose candidate was confirmed: what the confirmation says of it stands in place of the screen. */
type Turns = Pick<TargetOutcome, 'turns' | 'trajectories' | 'best'>;

/** One row for each turn: what was tried, in the words of whoever proposed it, and what came of it. */
export function turnsTable({ turns, trajectories, best }: Turns, model: string): string {
  return table(
    ['Turn', model === TUNER ? 'What was tried' : 'What the model says it tried', 'What came of it', 'Speedup', 'Time'],
    turns.map((turn) => {
      const name = turnName(turn, trajectories);
      const evidence = isSame(turn, best) ? best.evidence : judged(turn);
      return [
        isSame(turn, best) ? `**${name}**` : name,
        escapeText(turn.summary, 400) || '–',
        turn.result.kind === 'malformed' ? malformedCell(turn.result.problem) : resultCell(evidence, turn),
        speedupCell(evidence),
        duration(turn.seconds),
      ];
    }),
    'rllrr',
  );
}

function malformedCell(problem: string): string {
  return `${NO_ANSWER.mark} **${NO_ANSWER.words}**: ${escapeText(problem, 300)}`;
}

function resultCell(evidence: Evidence | undefined, { result }: Turn): string {
  if (evidence === undefined) return '–';
  const { mark, words } = labelOf(evidence);
  const tuned = result.kind === 'judged' && result.tuned ? ` (${escapeText(tunedText(result.tuned), 300)})` : '';
  return `${mark} **${words}**: ${escapeText(claimableReason(evidence), 300)}${tuned}`;
}

/** `tuned BLOCK=256, unroll of scale=16: best of 9`; without times no number is better than another. */
export function tunedText({ varied, values, trials, remark }: Tuned): string {
  if (trials.length === 0) return `not tuned: ${remark ?? ''}`;
  const timed = trials.some(({ speedup }) => speedup !== undefined);
  if (!timed) return `${correctIn(trials)} of ${plural(trials.length, 'combination')} right`;
  // What has no name in the source stands at 0 where it is left to the compiler.
  const chosen = varied.filter((name) => values[name] !== 0 || /^\w+$/.test(name));
  const numbers = chosen.map((name) => `${name}=${values[name]}`);
  return `tuned ${numbers.join(', ')}: best of ${trials.length}`;
}

/** How many of the combinations passed every check. */
export function correctIn(trials: Tuned['trials']): number {
  return trials.filter(isCorrect).length;
}

/** Only the confirmation is a result; the quick screen of the other turns is marked with `≈`. */
function speedupCell(evidence: Evidence | undefined): string {
  if (evidence?.speedup === undefined || evidence.device.kind === 'emulated') return '–';
  return `${evidence.stage === 'confirm' ? '' : '≈ '}${speedup(evidence.speedup.estimate)}`;
}

function isSame<Place extends TurnPlace>(turn: TurnPlace, best: Place | undefined): best is Place {
  return best !== undefined && samePlace(turn, best);
}

function judged(turn: Turn): Evidence | undefined {
  return turn.result.kind === 'judged' ? turn.result.evidence : undefined;
}

/** The turns in one line: `4 turns: 1 × does not compile, 2 × incorrect, 1 × faster.` */
export function turnsLine({ turns, best }: Turns): string {
  const counts = new Map<string, number>();
  for (const turn of turns) {
    const evidence = isSame(turn, best) ? best.evidence : judged(turn);
    const words = evidence ? labelOf(evidence).words : NO_ANSWER.words;
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return `${plural(turns.length, 'turn')}: ${[...counts].map(([words, number]) => `${number} × ${words}`).join(', ')}.`;
}

/** What compilers and crashed runners printed, as far as it helps, turn by turn; empty when none printed anything. */
export function turnLogs({ turns, trajectories }: Turns): string {
  return turns
    .flatMap((turn) => {
      const evidence = judged(turn);
      return evidence?.log?.trim()
        ? [`Turn ${turnName(turn, trajectories)} printed:\n\n${fence(readableLog(evidence), 'text')}`]
        : [];
    })
    .join('\n\n');
}
