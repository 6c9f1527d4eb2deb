import { setTimeout as pause } from 'node:timers/promises';
import { median } from 'simple-statistics';
import { EnvironmentError } from '../../../src/core/errors.ts';
import { baselineText, candidateFor, prepare, requireJudged, targetOf } from '../baselines.ts';
import { evaluateInline, type InlineEvaluation } from '../elsewhere.ts';
import { geluCandidate } from '../gelu-source.ts';
import { type Context, type Finding, howMany, newSalt, type Part } from '../part.ts';
import { phaseFinding } from '../phases.ts';
import { repeatWithin } from '../repeat-within.ts';
import { formatSpread, spreadOf } from '../spread.ts';

const GOAL_S = 1.5;
const GOAL_RATIO = 20;
/** Between two candidates, since a model takes longer than this to answer; a judge gets ready for the next one meanwhile. */
const REST_MS = 2_000;
/** Evaluations by `load_inline`, about 40 s each. */
const INLINE = { cuda: 2, emulated: 1 } as const;

interface Timing {
  /** From the source to the verdict. */
  readonly seconds: number;
  readonly build: number;
  readonly screen: number;
  /** Whether the judge had rested, or had just given another verdict. */
  readonly rested: boolean;
  readonly phases_s?: Readonly<Record<string, number>>;
}

/** How long a plain candidate waits for its screened verdict, and the same kernel in KernelBench's way in the same run. */
export const latency: Part = {
  name: 'latency',
  async *run(context) {
    const target = targetOf(context, 'gelu');
    const verifier = await prepare(context, target, await baselineText(context, target));
    const salt = newSalt();
    const time = async (index: number): Promise<Timing> => {
      const candidate = candidateFor(target, geluCandidate(salt, index));
      const rested = index % 2 === 0;
      if (rested) await pause(REST_MS);
      const began = performance.now();
      const { timings_s, phases_s } = requireJudged(await verifier.screen(candidate));
      const seconds = (performance.now() - began) / 1000;
      const screen = timings_s.screen ?? 0;
      context.say(`verdict ${index + 1} after ${seconds.toFixed(2)} s`);
      return { seconds, build: seconds - screen, screen, rested, ...(phases_s && { phases_s }) };
    };
    let timings: readonly Timing[] = [];
    for await (timings of repeatWithin(context.timeLeft, howMany(context, { cuda: 24, emulated: 2 }), time)) {
      yield { findings: ours(timings), samples: { timings } };
    }
    // Nothing else runs now; the judge waits.
    const evaluate = async (index: number) => {
      context.say('load_inline of the same kernel');
      return evaluateInline(context, geluCandidate(salt, index), elementsOf(context));
    };
    try {
      const most = INLINE[context.workshop.hello.device.kind];
      for await (const evaluations of repeatWithin(context.timeLeft, most, evaluate)) {
        yield { findings: [...ours(timings), ...theirs(timings, evaluations)], samples: { timings, evaluations } };
      }
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      yield {
        findings: [...ours(timings), { what: '`load_inline` of the same kernel', measured: error.message }],
        samples: { timings },
      };
    }
  },
};

function ours(timings: readonly Timing[]): Finding[] {
  const rested = restedOf(timings);
  const atOnce = timings.filter((timing) => !timing.rested);
  const seconds = spreadOf(rested.map((timing) => timing.seconds));
  return [
    {
      what: 'plain `.cu`, source to screened verdict, warm judge',
      measured: formatSpread(seconds, 's'),
      goal: `≤ ${GOAL_S} s`,
      reached: (seconds?.median ?? Infinity) <= GOAL_S,
    },
    ...ofThat(rested),
    {
      what: 'the same right after another verdict',
      measured: formatSpread(spreadOf(atOnce.map((timing) => timing.seconds)), 's'),
    },
    ...ofThat(atOnce),
  ];
}

function restedOf(timings: readonly Timing[]): readonly Timing[] {
  return timings.filter((timing) => timing.rested);
}

function ofThat(timings: readonly Timing[]): Finding[] {
  return [
    { what: 'of that, build', measured: formatSpread(spreadOf(timings.map(({ build }) => build)), 's') },
    { what: 'of that, screen', measured: formatSpread(spreadOf(timings.map(({ screen }) => screen)), 's') },
    phaseFinding(timings),
  ];
}

function theirs(timings: readonly Timing[], evaluations: readonly InlineEvaluation[]): Finding[] {
  const seconds = spreadOf(evaluations.map((evaluation) => evaluation.seconds));
  const ratio = median(evaluations.map((each) => each.seconds)) / median(restedOf(timings).map((each) => each.seconds));
  const right = evaluations.every(({ correct }) => correct);
  const us = evaluations.map((each) => `${each.us.toFixed(1)} µs a call, warm cache`).at(-1);
  return [
    {
      what: '`load_inline` of the same kernel, 5 correctness trials, 100 timed calls',
      measured: `${formatSpread(seconds, 's')}; ${right ? 'correct' : 'WRONG'}, ${us}`,
    },
    { what: 'of that, build', measured: formatSpread(spreadOf(evaluations.map((each) => each.build_s)), 's') },
    {
      what: 'ratio',
      measured: `${ratio.toFixed(1)}×`,
      goal: `≥ ${GOAL_RATIO}×`,
      reached: ratio >= GOAL_RATIO,
    },
  ];
}

function elementsOf(context: Context): number {
  const { workloads, emulate } = targetOf(context, 'gelu');
  const [workload] = context.workshop.hello.device.kind === 'cuda' ? workloads : emulate;
  return workload?.values.n ?? 0;
}
