import { markdownTable } from 'markdown-table';
import { mean, median } from 'simple-statistics';
import type { Rounds } from '../../src/measure/gain-interval.ts';
import { METHODS } from './interval-methods.ts';
import { CONFIRM, KERNELS, type Machine, type Plan, SCREEN, simulate, TROUBLES } from './simulation.ts';

const TRUTH = 1.04;

/** Share of trials whose interval holds the truth, and the median half width, as a share, for one method. */
export interface Coverage {
  readonly held: number;
  readonly halfWidth: number;
}

/** Runs each method on the same simulated measurements. */
export function study(
  us: number,
  machine: Machine,
  plan: Plan,
  trials: number,
  methods = Object.keys(METHODS),
): Map<string, Coverage> {
  const drawn = Array.from({ length: trials }, (_, trial) => roundsOf(us, TRUTH, machine, plan, trial + 1));
  return new Map(
    methods.map((name) => {
      const method = METHODS[name];
      if (method === undefined) throw new Error(`no method ${name}`);
      const bounds = drawn.map((rounds, trial) => method(rounds, trial + 1));
      const held = bounds.filter(({ low, high }) => low <= Math.log(TRUTH) && Math.log(TRUTH) <= high);
      return [name, { held: held.length / trials, halfWidth: median(bounds.map(({ low, high }) => (high - low) / 2)) }];
    }),
  );
}

/** The log ratios of a simulated measurement. */
export function roundsOf(us: number, speedup: number, machine: Machine, plan: Plan, seed: number): Rounds {
  const { groups } = simulate(us, speedup, machine, plan, seed);
  return Array.from({ length: plan.rounds }, (_, round) =>
    groups
      .filter((group) => group.round === round)
      .map((group) => mean(group.baseline_us.map(Math.log)) - mean(group.candidate_us.map(Math.log))),
  );
}

/** `node test/measure/coverage-study.ts [trials]` prints the tables of docs/how-it-verifies.md, in a few minutes. */
if (import.meta.main) {
  const trials = Number(process.argv[2] ?? 1000);
  for (const [stage, plan] of Object.entries({ '3 rounds of 20 groups': CONFIRM, '1 round of 8 groups': SCREEN })) {
    const columns = [
      ...Object.entries(KERNELS).map(([name, kernel]) => ({ name, ...kernel })),
      ...Object.entries(TROUBLES)
        .filter(([name]) => name !== 'none')
        .map(([name, trouble]) => ({ name, us: 57, machine: { ...KERNELS['57 µs'].machine, ...trouble } })),
    ];
    const results = columns.map(({ us, machine }) => study(us, machine, plan, trials));
    const rows = Object.keys(METHODS).map((method) => [
      method,
      ...results.map((result) => {
        const { held, halfWidth } = result.get(method) ?? { held: 0, halfWidth: 0 };
        return `${(100 * held).toFixed(1)} (${(100 * halfWidth).toFixed(2)})`;
      }),
    ]);
    console.log(`\n${stage}, ${trials} trials\n`);
    console.log(markdownTable([['interval', ...columns.map(({ name }) => name)], ...rows]));
  }
}
