import { median } from 'simple-statistics';
import { judgeTimes } from '../../../src/measure/judge-clock.ts';
import type { MeasuredWorkload } from '../../../src/measure/judge-report.ts';
import { baselineText, targetOf } from '../baselines.ts';
import { buildLibrary, requireMeasured } from '../paired-trials.ts';
import { type Finding, howMany, newSalt, type Part } from '../part.ts';
import { repeatWithin } from '../repeat-within.ts';

const KERNELS = ['gelu_sizes', 'row_sum', 'matmul'];
/** Below this the judge's clock is not asked to be right. */
const LEAST_US = 30;
const GOAL = 0.05;
const CONFIDENCE = 0.99;

/** One implementation at one workload by both clocks. */
interface Comparison {
  readonly workload: string;
  readonly side: 'baseline' | 'candidate';
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
      const { workloads } = requireMeasured(measurement);
      return workloads.filter(({ groups }) => groups.length > 0).flatMap((each) => comparisons(target.name, each));
    };
    for await (const results of repeatWithin(context.timeLeft, howMany(context, { cuda: 3, emulated: 1 }), compare)) {
      const all = results.flat();
      yield {
        findings: findingsOf(all),
        table: [
          ['workload', 'side', 'CUDA events, µs', "judge's clock, µs", '99 % interval, ± µs', 'deviation'],
          ...all.map(row),
        ],
        samples: { comparisons: all },
      };
    }
  },
};

/** By CUDA events a median over all blocks, as in the evidence; by the judge's clock slopes over short and long blocks. */
function comparisons(target: string, workload: MeasuredWorkload): Comparison[] {
  const times = judgeTimes(workload, CONFIDENCE);
  return (['baseline', 'candidate'] as const).flatMap((side) => {
    const judge = times[side];
    if (judge === undefined) return [];
    const eventsUs = median(workload.groups.flatMap((group) => group[`${side}_us`]));
    const reachUs = (judge.high - judge.low) / 2;
    return [{ workload: `${target}, ${workload.name}`, side, eventsUs, judgeUs: judge.estimate, reachUs }];
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
  const { workload, side, eventsUs, judgeUs, reachUs } = each;
  const numbers = [eventsUs, judgeUs, reachUs].map((us) => us.toFixed(1));
  return [workload, side, ...numbers, `${(100 * deviation(each)).toFixed(2)} %`];
}

function deviation({ eventsUs, judgeUs }: Comparison): number {
  return judgeUs / eventsUs - 1;
}
