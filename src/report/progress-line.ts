import { type TurnPlace, turnName } from '../core/turn-place.ts';
import type { Progress } from '../refine/progress.ts';
import { againstBaseText } from './against-base.ts';
import { escapeLog, oneLine } from './escape.ts';
import { speedup } from './quantities.ts';
import { tunedText } from './turns/table.ts';

/** One line of a log for what just happened in a search; undefined for what a log does not need to say. */
export function progressLine(event: Progress): string | undefined {
  switch (event.kind) {
    case 'preparing':
      return undefined;
    case 'compared':
      return `${event.target}: ${safe(againstBaseText(event.againstBase), 300)}`;
    case 'turn-started':
      return `${event.target}: ${named(event)} of ${event.turns}, ${event.by === 'tuner' ? 'choosing numbers to try' : 'asking the model'}`;
    case 'proposal-received':
      return event.summary === ''
        ? undefined
        : `${event.target}: ${named(event)} proposes: ${safe(event.summary, 160)}`;
    case 'malformed':
      return `${event.target}: ${named(event)} holds no proposal: ${safe(event.problem, 300)}`;
    case 'screened': {
      const gain = event.evidence.speedup
        ? `, ${speedup(event.evidence.speedup.estimate)} of the baseline's speed`
        : '';
      const tuned = event.tuned === undefined ? '' : ` (${safe(tunedText(event.tuned), 300)})`;
      return `${event.target}: ${named(event)} is ${event.evidence.verdict}${gain}: ${safe(event.evidence.reason, 300)}${tuned}`;
    }
    case 'confirming':
      return `${event.target}: confirming ${named(event)} with new inputs in new processes`;
    case 'confirmed':
      return `${event.target}: ${named(event)} confirmed as ${event.evidence.verdict}: ${safe(event.evidence.reason, 300)}`;
    case 'done':
      return undefined;
  }
}

function named(event: TurnPlace & { readonly trajectories: number }): string {
  return `turn ${turnName(event, event.trajectories)}`;
}

function safe(text: string, limit: number): string {
  return escapeLog(oneLine(text, limit));
}
