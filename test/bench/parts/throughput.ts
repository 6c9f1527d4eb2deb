import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Evidence } from '../../../src/core/evidence.ts';
import { baselineText, candidateFor, prepare, requireJudged, targetOf } from '../baselines.ts';
import { geluCandidate } from '../gelu-source.ts';
import { howMany, newSalt, type Part, type PartResult } from '../part.ts';
import { phaseFinding } from '../phases.ts';

const GOAL = 60;
/** What is known is told so often. */
const LOOK_EVERY_MS = 5000;

/** Candidates a minute, when all are there from the beginning: as many at once as there are cores, one of them at the judge. */
export const throughput: Part = {
  name: 'throughput',
  async *run(context) {
    const target = targetOf(context, 'gelu');
    const verifier = await prepare(context, target, await baselineText(context, target));
    const salt = newSalt();
    const count = howMany(context, { cuda: 64, emulated: 4 });
    const cores = availableParallelism();
    const began = performance.now();
    const elapsed = () => (performance.now() - began) / 1000;
    const ends: number[] = [];
    const evidences: Evidence[] = [];
    let next = 0;
    const worker = async () => {
      while (next < count && context.timeLeft() > 0) {
        const index = next;
        next += 1;
        evidences.push(requireJudged(await verifier.screen(candidateFor(target, geluCandidate(salt, index)))));
        ends.push(elapsed());
        context.say(`${ends.length} of ${count} after ${elapsed().toFixed(1)} s`);
      }
    };
    // All come to their end, so that none is still at work when the next part begins.
    const workers = Promise.allSettled(Array.from({ length: cores }, worker));
    let ended: Awaited<typeof workers> | undefined;
    while (ended === undefined) {
      ended = await Promise.race([workers, sleep(LOOK_EVERY_MS, undefined, { ref: false })]);
      yield result(ends, evidences, ended === undefined ? elapsed() : (ends.at(-1) ?? 0), cores);
    }
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
  },
};

/** @param ends when each of the candidates up to now had its verdict, in seconds */
function result(ends: readonly number[], evidences: readonly Evidence[], seconds: number, cores: number): PartResult {
  const aMinute = ends.length === 0 ? 0 : (60 * ends.length) / seconds;
  return {
    findings: [
      {
        what: `candidates a minute, ${ends.length} different plain candidates, ${cores} cores`,
        measured: aMinute.toFixed(0),
        goal: `≥ ${GOAL}`,
        reached: aMinute >= GOAL,
      },
      ...(evidences.length > 0 ? [phaseFinding(evidences)] : []),
    ],
    samples: { seconds, ends: [...ends] },
  };
}
