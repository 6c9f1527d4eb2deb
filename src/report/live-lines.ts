import { type TurnPlace, turnName } from '../core/turn-place.ts';
import { isCorrect } from '../core/verdict.ts';
import type { Progress } from '../refine/progress.ts';
import { escapeLog, oneLine } from './escape.ts';
import { speedup } from './quantities.ts';

/** What each trajectory of a search is at, for a terminal that redraws its last lines. */
export interface LiveLines {
  /** Takes in an event, and gives the lines as they are now; none once the target is done. */
  after(event: Progress): readonly string[];
}

interface Doing {
  readonly name: string;
  readonly does: string;
  /** The best speedup that its screenings have shown. */
  readonly best?: number;
}

export function liveLines(): LiveLines {
  const doing = new Map<number, Doing>();
  let target = '';

  function now(event: Extract<Progress, TurnPlace>): Doing {
    const before = doing.get(event.trajectory);
    const common = {
      name: turnName(event, event.trajectories),
      ...(before?.best === undefined ? {} : { best: before.best }),
    };
    switch (event.kind) {
      case 'turn-started':
        return {
          ...common,
          does: `of ${event.turns}, ${event.by === 'tuner' ? 'numbers are tried' : 'the model is at work'}`,
        };
      case 'proposal-received':
        return {
          ...common,
          does:
            event.summary === '' ? 'has an answer' : `building and measuring: ${escapeLog(oneLine(event.summary, 60))}`,
        };
      case 'malformed':
        return { ...common, does: 'holds no proposal' };
      case 'screened': {
        const { evidence } = event;
        const seen = isCorrect(evidence) ? (evidence.speedup?.estimate ?? 0) : 0;
        const best = Math.max(seen, before?.best ?? 0);
        return { ...common, does: `is ${evidence.verdict}`, ...(best > 0 ? { best } : {}) };
      }
      case 'confirming':
        return { ...common, does: 'is being confirmed with new inputs in new processes' };
      case 'confirmed':
        return { ...common, does: `is confirmed as ${event.evidence.verdict}` };
    }
  }

  return {
    after(event) {
      if (event.kind === 'done') {
        doing.clear();
        return [];
      }
      if (event.target !== target) doing.clear();
      target = event.target;
      if ('trajectory' in event) doing.set(event.trajectory, now(event));
      return [...doing]
        .sort(([a], [b]) => a - b)
        .map(
          ([, { name, does, best }]) =>
            `  ${name.padEnd(5)} ${does}${best === undefined ? '' : `, best so far ≈ ${speedup(best)}`}`,
        );
    },
  };
}
