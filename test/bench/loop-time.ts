import type { JournalRecord } from '../../src/refine/journal/schema.ts';
import { lengthOf, lengthOutside, type Span } from './spans.ts';

/** Where the time of a run went, in seconds of the clock on the wall. */
export interface LoopTime {
  readonly wall: number;
  /** While at least one of each kind was under way; they overlap. */
  readonly model: number;
  readonly build: number;
  readonly measurement: number;
  /** While neither a model nor a compiler nor the judge was at work. */
  readonly overhead: number;
  /** Of that, before the first target: the judge starts. */
  readonly start: number;
  /** While a candidate was built and none was being measured. */
  readonly idle: number;
  /** Of measurements: processes are started or ended, and the GPU does nothing. */
  readonly processes: number;
}

/** When the work on targets' own code began, in seconds from the start of the run: a journal has only its end. */
export type Began = ReadonlyMap<string, number>;

/**
 * @param wall seconds that the run took
 */
export function loopTime(records: readonly JournalRecord[], began: Began, wall: number): LoopTime {
  const asked = records.filter((record) => record.kind === 'completion');
  const judged = records.filter((record) => record.kind === 'evidence');
  const proposedAt = proposals(records);
  const model = asked.map(({ at_s, completion }) => before(at_s, completion.seconds));
  // The check of a target's own code is builds and measurements from end to end.
  const own = records
    .filter((record) => record.kind === 'baseline')
    .map(({ at_s, target }) => ({ from: began.get(target) ?? at_s, to: at_s }));
  const measured = judged.map(({ at_s, evidence: { timings_s } }) =>
    before(at_s, (timings_s.screen ?? 0) + (timings_s.confirm ?? 0) + ((timings_s.profile as number | undefined) ?? 0)),
  );
  const build: Span[] = [];
  const ready: Span[] = [];
  for (const { at_s, target, evidence } of judged) {
    const proposed = proposedAt.get(`${target} ${evidence.hashes.candidate}`);
    if (proposed === undefined || evidence.stage === 'confirm') continue;
    const built = Math.min(proposed + evidence.timings_s.build, at_s);
    build.push({ from: proposed, to: built });
    if (evidence.verdict !== 'build-failed') ready.push({ from: built, to: at_s });
  }
  const measurement = [...own, ...measured];
  const work = [...model, ...build, ...measurement];
  return {
    wall,
    ...{ model: lengthOf(model), build: lengthOf(build), measurement: lengthOf(measurement) },
    overhead: wall - lengthOf(work),
    start: Math.min(...began.values()),
    idle: lengthOutside(ready, measurement),
    processes: judged.reduce(
      (sum, { evidence: { phases_s = {} } }) => sum + (phases_s.processes ?? 0) + (phases_s.settle ?? 0),
      0,
    ),
  };
}

function before(end: number, seconds: number): Span {
  return { from: end - seconds, to: end };
}

/** When the answer that holds a candidate had come, by target and hash. */
function proposals(records: readonly JournalRecord[]): ReadonlyMap<string, number> {
  const answered = new Map<string, number>();
  const proposed = new Map<string, number>();
  const placeOf = (record: { target: string; trajectory: number; turn: number }) =>
    `${record.target} ${record.trajectory}.${record.turn}`;
  for (const record of records) {
    if (record.kind === 'completion') answered.set(placeOf(record), record.at_s);
    if (record.kind !== 'turn' || record.candidate === undefined) continue;
    const at = answered.get(placeOf(record));
    const key = `${record.target} ${record.candidate}`;
    // Where two turns propose the same, it is built for the first.
    if (at !== undefined) proposed.set(key, Math.min(at, proposed.get(key) ?? at));
  }
  return proposed;
}
