import type { Group, MeasuredWorkload } from '../../src/measure/judge-report.ts';
import { normalOf, randomOf } from './samples.ts';

/** What a simulated GPU does to a measurement. Shares are of a call's time. */
export interface Machine {
  /** Standard deviation of a group's log ratio. */
  readonly noise: number;
  /** Each process is off by a constant, uniform within ± this. */
  readonly process: number;
  /** Correlation of neighbouring groups' log ratios. */
  readonly correlation: number;
  /** Share of blocks that another program preempts. */
  readonly preempted: number;
  /** How many times as long a preempted block takes. */
  readonly preemption: number;
  /** Change of the clocks over a round, steady. */
  readonly drift: number;
  /** Sudden change of the clocks, somewhere within each round, at any block. */
  readonly step: number;
}

const PROCESS = 0.0015;
const STEADY = { process: PROCESS, correlation: 0, preempted: 0, preemption: 10, drift: 0, step: 0 };

/** Kernels as one H200 measured them, and what else may befall them. */
export const KERNELS = {
  '190 µs': { us: 190, machine: { ...STEADY, noise: 0.002 } },
  '57 µs': { us: 57, machine: { ...STEADY, noise: 0.005 } },
  '3.7 µs': { us: 3.7, machine: { ...STEADY, noise: 0.05 } },
} as const satisfies Record<string, { us: number; machine: Machine }>;

export const TROUBLES = {
  none: {},
  'correlated, 0.3': { correlation: 0.3 },
  'correlated, 0.6': { correlation: 0.6 },
  'preempted, 2 % of blocks, 10×': { preempted: 0.02 },
  'drift, 5 %': { drift: 0.05 },
  'step, 8 %': { step: 0.08 },
  'processes ±0.3 %': { process: 2 * PROCESS },
  'all at once': { correlation: 0.3, preempted: 0.02, drift: 0.05, step: 0.08 },
} as const satisfies Record<string, Partial<Machine>>;

/** What one measurement takes, as in `PLANS` of the judge's timing.py. */
export interface Plan {
  readonly rounds: number;
  readonly groups: number;
  /** Turns of baseline, candidate and nothing by the judge's clock in each round. */
  readonly turns: number;
}
export const CONFIRM: Plan = { rounds: 3, groups: 20, turns: 48 };
export const SCREEN: Plan = { rounds: 1, groups: 8, turns: 0 };

/** How a candidate deceives. */
export interface Cheat {
  /** Its events show this share of its true time. */
  readonly events?: number;
  /** Its work is put off beyond the end of its block, so that the judge's clock shows this share of it. */
  readonly wall?: number;
}

const CALLS = 20;
/** In the judge's own blocks, which small tensors allow to be longer. */
const clockedCalls = (us: number) => (us < 30 ? 100 : 20);
/** A flush of the L2, the gap between two launches, a round trip, and the jitter of the judge's clock from block to block (H200). */
const WALL = { flush: 40, gap: 1.5, trip: 450, jitter: 100 };

/**
 * Draws the measurement of one workload with a candidate that truly is `speedup` times as fast. The judge's own
 * blocks run at full clocks, whatever befell the groups before.
 */
export function simulate(
  us: number,
  speedup: number,
  machine: Machine,
  plan: Plan,
  seed: number,
  cheat: Cheat = {},
): MeasuredWorkload {
  const random = randomOf(seed);
  const normal = normalOf(random);
  const { events = 1, wall = 1 } = cheat;
  const rounds = Array.from({ length: plan.rounds }, (_, round) => round);

  const blockTime = (call: number, calls = CALLS) => calls * call + WALL.trip + WALL.jitter * Math.abs(normal());
  const baselineCall = us + WALL.gap;
  const candidateCall = (us / speedup) * wall + WALL.gap;

  const groups = rounds.flatMap((round) => {
    // Uniform on ± process for each of the two.
    const apart = 2 * machine.process * (random() - random());
    const change = Math.floor(random() * plan.groups * 4);
    let carried = normal();
    return Array.from({ length: plan.groups }, (_, index): Group => {
      carried = machine.correlation * carried + Math.sqrt(1 - machine.correlation ** 2) * normal();
      const block = (position: number, time: number) => {
        const at = index * 4 + position;
        const clocks = 1 + (machine.drift * at) / (plan.groups * 4) + (at >= change ? machine.step : 0);
        return time * clocks * (random() < machine.preempted ? machine.preemption : 1);
      };
      const candidate = ((us * events) / speedup) * Math.exp(apart - machine.noise * carried);
      return {
        round,
        calls: CALLS,
        baseline_us: [block(0, us), block(3, us)],
        candidate_us: [block(1, candidate), block(2, candidate)],
        baseline_block_us: [blockTime(WALL.flush + baselineCall), blockTime(WALL.flush + baselineCall)],
        candidate_block_us: [blockTime(WALL.flush + candidateCall), blockTime(WALL.flush + candidateCall)],
        throttled: false,
      };
    });
  });
  const calls = clockedCalls(us);
  const times = (call: number) => Array.from({ length: plan.turns }, () => blockTime(call, calls));
  const clock = rounds.map((round) => ({
    round,
    calls,
    baseline_block_us: times(baselineCall),
    candidate_block_us: times(candidateCall),
    nothing_block_us: times(0),
    idle_calls: 2,
  }));
  return { name: `${us} µs`, groups, clock: plan.turns === 0 ? [] : clock, copied: false };
}
