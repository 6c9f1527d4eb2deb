import type { Measurement } from '../../src/measure/judge-report.ts';

/**
 * Takes several short measurements of one pair, each in fresh processes, for the rounds of one longer: what a confirmation would have
 * measured, with fewer groups a round.
 *
 * @param measurements at least one, all of the same workloads and of one round each
 */
export function joinRounds(measurements: readonly Measurement[]): Measurement {
  const [first] = measurements;
  if (first === undefined) throw new RangeError('no measurement to join');
  return {
    ...first,
    workloads: first.workloads.map((workload, index) => ({
      ...workload,
      groups: measurements.flatMap(
        ({ workloads }, round) => workloads[index]?.groups.map((group) => ({ ...group, round })) ?? [],
      ),
      clock: measurements.flatMap(
        ({ workloads }, round) => workloads[index]?.clock.map((blocks) => ({ ...blocks, round })) ?? [],
      ),
    })),
    seconds: measurements.reduce((total, { seconds }) => total + seconds, 0),
  };
}
