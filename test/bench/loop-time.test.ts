import { expect, it } from 'vitest';
import type { JournalRecord } from '../../src/refine/journal/schema.ts';
import { loopTime } from './loop-time.ts';

/** What is looked at of each record. */
const record = (fields: object) => fields as JournalRecord;
const completion = (turn: number, at_s: number, seconds: number) =>
  record({ kind: 'completion', target: 'k', trajectory: 1, turn, at_s, completion: { seconds } });
const turn = (number: number, candidate: string) =>
  record({ kind: 'turn', target: 'k', trajectory: 1, turn: number, candidate });
const evidence = (candidate: string, at_s: number, timings_s: object, phases_s = {}, verdict = 'not-proven') =>
  record({
    kind: 'evidence',
    target: 'k',
    at_s,
    evidence: {
      verdict,
      stage: 'confirm' in timings_s ? 'confirm' : 'screen',
      timings_s,
      phases_s,
      hashes: { candidate },
    },
  });

it('counts what each was at, and when a built candidate waited although nothing was measured', () => {
  const records = [
    record({ kind: 'baseline', target: 'k', at_s: 5 }),
    completion(1, 8, 3),
    // Built from 8 to 9, and measured only from 10 on.
    evidence('a', 12, { build: 1, screen: 2 }, { processes: 0.25, settle: 0.125, time: 1 }),
    turn(1, 'a'),
    completion(2, 15, 3),
    evidence('b', 16, { build: 1 }, {}, 'build-failed'),
    turn(2, 'b'),
    evidence('a', 26, { build: 1, confirm: 9 }),
  ];
  expect(loopTime(records, new Map([['k', 2]]), 30)).toEqual({
    wall: 30,
    model: 6,
    build: 2,
    measurement: 3 + 2 + 9,
    // Before 2, from 9 to 10, from 16 to 17 and after 26.
    overhead: 2 + 1 + 1 + 4,
    start: 2,
    idle: 1,
    processes: 0.375,
  });
});

it('what two turns propose is built for the first', () => {
  const records = [
    completion(1, 1, 1),
    completion(2, 4, 1),
    evidence('a', 4, { build: 1, screen: 1 }),
    turn(1, 'a'),
    turn(2, 'a'),
  ];
  expect(loopTime(records, new Map([['k', 0]]), 4)).toMatchObject({ build: 1, idle: 1 });
});
