import { median } from 'simple-statistics';
import type { Measurement } from '../../../src/measure/judge-report.ts';
import { speedupOf } from '../../../src/measure/speedup.ts';
import { baselineText, targetOf } from '../baselines.ts';
import { buildLibrary, requireMeasured } from '../paired-trials.ts';
import { type Finding, howMany, newSalt, type Part } from '../part.ts';
import { repeatWithin } from '../repeat-within.ts';

const KERNELS = ['gelu_sizes', 'row_sum', 'matmul'];
/** Below this the judge's clock is not asked to be right. */
const LEAST_US = 30;
const GOAL = 0.05;

/** One implementation at one workload by both clocks. */
interface Comparison {
  readonly workload: string;
  readonly eventsUs: number;
  readonly judgeUs: number;
  /** Half the width of the judge's interval. */
  readonly reachUs: number;
}

/** The judge's clock against CUDA events, on honest kernels of 30 to 300 µs: confirmations of a kernel against itself. */
export const clocks: Part = {
  name: 'clocks',
  async *run(context) {
    const salt = newSalt();
    const compare = async (index: number): Promise<readonly Comparison[]> => {
      const target = targetOf(context, KERNELS[index % KERNELS.length] ?? '');
      const text = await baselineText(context, target);
      context.say(`a confirmation of ${target.name}`);
      const [baseline, candidate] = [
        await buildLibrary(context, target, text),
        await buildLibrary(context, target, `${text}// copy ${salt} ${index}\n`),
      ];
      const measurement = await context.workshop.judge.measure({ target, baseline, candidate, stage: 'confirm' });
      return comparisons(target.name, requireMeasured(measurement));
    };
    for await (const results of repeatWithin(context.timeLeft, howMany(context, { cuda: 3, emulated: 1 }), compare)) {
      const all = results.flat();
      yield {
        findings: findingsOf(all),
        table: [
          ['workload', 'CUDA events, µs', "judge's clock, µs", '99 % interval, ± µs', 'deviation'],
          ...all.map(row),
        ],
        samples: { comparisons: all },
      };
    }
  },
};

/**
 * The candidate's times, those that a candidate could forge: by CUDA events a median over all blocks, as in the evidence, and by the judge's
 * clock, less what it counts of each call beside the call. That is known from the baseline, so the baseline's own times say nothing here.
 */
function comparisons(target: string, measurement: Measurement): Comparison[] {
  const timed = speedupOf(measurement);
  return (timed?.workloads ?? []).flatMap(({ name, candidate_us: eventsUs }, index) => {
    const judge = timed?.judgeTimes[index]?.candidate;
    if (judge === undefined) return [];
    const reachUs = (judge.high - judge.low) / 2;
    return [{ workload: `${target}, ${name}`, eventsUs, judgeUs: judge.estimate, reachUs }];
  });
}

function findingsOf(all: readonly Comparison[]): Finding[] {
  const counted = all.filter(({ eventsUs }) => eventsUs >= LEAST_US).map((each) => Math.abs(deviation(each)));
  const worst = counted.length === 0 ? undefined : Math.max(...counted);
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  return [
    {
      what: `judge's clock against CUDA events, honest kernels of ${LEAST_US} µs and more, furthest of ${counted.length}`,
      measured: worst === undefined ? 'untimed' : percent(worst),
      goal: `≤ ${100 * GOAL} %`,
      reached: worst !== undefined && worst <= GOAL,
    },
    { what: 'the same, median', measured: counted.length === 0 ? 'untimed' : percent(median(counted)) },
  ];
}

function row(each: Comparison): string[] {
  const { workload, eventsUs, judgeUs, reachUs } = each;
  const numbers = [eventsUs, judgeUs, reachUs].map((us) => us.toFixed(1));
  return [workload, ...numbers, `${(100 * deviation(each)).toFixed(2)} %`];
}

function deviation({ eventsUs, judgeUs }: Comparison): number {
  return judgeUs / eventsUs - 1;
}
