import type { Progress } from '../refine/progress.ts';
import { escapeLog, oneLine } from './escape.ts';
import { speedup } from './quantities.ts';

/** One line of a log for what just happened in a search; undefined for what a log does not need to say. */
export function progressLine(event: Progress): string | undefined {
  switch (event.kind) {
    case 'turn-started':
      return `${event.target}: turn ${event.turn} of ${event.turns}, asking the model`;
    case 'proposal-received':
      return event.summary === ''
        ? undefined
        : `${event.target}: turn ${event.turn} proposes: ${safe(event.summary, 160)}`;
    case 'malformed':
      return `${event.target}: turn ${event.turn} holds no proposal: ${safe(event.problem, 300)}`;
    case 'screened': {
      const gain = event.evidence.speedup
        ? `, ${speedup(event.evidence.speedup.estimate)} of the baseline's speed`
        : '';
      return `${event.target}: turn ${event.turn} is ${event.evidence.verdict}${gain}: ${safe(event.evidence.reason, 300)}`;
    }
    case 'confirming':
      return `${event.target}: confirming turn ${event.turn} with new inputs in new processes`;
    case 'confirmed':
      return `${event.target}: turn ${event.turn} confirmed as ${event.evidence.verdict}: ${safe(event.evidence.reason, 300)}`;
    case 'done':
      return undefined;
  }
}

function safe(text: string, limit: number): string {
  return escapeLog(oneLine(text, limit));
}
