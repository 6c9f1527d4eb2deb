import { expect, it } from 'vitest';
import { timedMeasurement } from '../measure/samples.ts';
import { joinRounds } from './join-rounds.ts';

it('joinRounds takes short measurements for the rounds of a longer one', () => {
  const joined = joinRounds([timedMeasurement(100, 90), timedMeasurement(101, 91)]);
  const groups = joined.workloads[0]?.groups ?? [];
  expect(groups).toHaveLength(16);
  expect(new Set(groups.map(({ round }) => round))).toEqual(new Set([0, 1]));
  expect(groups.at(-1)?.candidate_us[0]).toBe(91);
  expect(joined.seconds).toBe(3);
});
