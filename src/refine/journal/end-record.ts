import type { RunOutcome } from '../../core/outcome.ts';
import type { EndRecord } from './schema.ts';

/** @param at_s how long the run took, in seconds */
export function endRecord({ targets }: RunOutcome, at_s: number): EndRecord {
  return {
    kind: 'end',
    at_s,
    targets: targets.map(({ target, turns, best, ended, usage }) => ({
      name: target.name,
      turns: turns.length,
      ...(best === undefined
        ? {}
        : {
            best: {
              trajectory: best.trajectory,
              turn: best.turn,
              candidate: best.candidate.hash,
              verdict: best.evidence.verdict,
            },
          }),
      ...(ended === undefined ? {} : { ended }),
      usage: { ...usage },
    })),
  };
}
