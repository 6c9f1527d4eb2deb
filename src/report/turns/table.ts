import type { Evidence } from '../../core/evidence.ts';
import type { TargetOutcome, Turn } from '../../core/outcome.ts';
import { type TurnPlace, turnName } from '../../core/turn-place.ts';
import { readableLog } from '../../measure/excerpt.ts';
import { escapeText, fence } from '../escape.ts';
import { table } from '../evidence-tables.ts';
import { labelOf, NO_ANSWER } from '../label.ts';
import { duration, plural, speedup } from '../quantities.ts';
import { claimableReason } from '../standing.ts';

/** Turns, and the one whose candidate was confirmed: what the confirmation says of it stands in place of the screen. */
type Turns = Pick<TargetOutcome, 'turns' | 'trajectories' | 'best'>;

/** One row for each turn: what the model tried, in its own words, and what came of it. */
export function turnsTable({ turns, trajectories, best }: Turns): string {
  return table(
    ['Turn', 'What the model says it tried', 'What came of it', 'Speedup', 'Time'],
    turns.map((turn) => {
      const name = turnName(turn, trajectories);
      const evidence = isSame(turn, best) ? best.evidence : judged(turn);
      return [
        isSame(turn, best) ? `**${name}**` : name,
        escapeText(turn.summary, 400) || '–',
        turn.result.kind === 'malformed' ? malformedCell(turn.result.problem) : resultCell(evidence),
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

function resultCell(evidence: Evidence | undefined): string {
  if (evidence === undefined) return '–';
  const { mark, words } = labelOf(evidence);
  return `${mark} **${words}**: ${escapeText(claimableReason(evidence), 300)}`;
}

/** Only the confirmation is a result; the quick screen of the other turns is marked with `≈`. */
function speedupCell(evidence: Evidence | undefined): string {
  if (evidence?.speedup === undefined || evidence.device.kind === 'emulated') return '–';
  return `${evidence.stage === 'confirm' ? '' : '≈ '}${speedup(evidence.speedup.estimate)}`;
}

function isSame<Place extends TurnPlace>(turn: TurnPlace, best: Place | undefined): best is Place {
  return turn.trajectory === best?.trajectory && turn.turn === best.turn;
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
