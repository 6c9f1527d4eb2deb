import type { Evidence } from '../../../src/core/evidence.ts';
import { baselineText, candidateFor, prepare, targetOf } from '../baselines.ts';
import { BUILDS_AHEAD, makeAhead } from '../build-ahead.ts';
import { buildLibrary, countVerdicts, type PairedTrials, startTrials, type Trial } from '../paired-trials.ts';
import { type Context, confirmations, type Finding, howMany, newSalt, type Part } from '../part.ts';
import { repeatWithin } from '../repeat-within.ts';

const KERNELS = ['gelu', 'row_sum', 'matmul'];
const GOAL = 0.01;
const ROUNDS = 1;

type AlikeTrial = Trial & { readonly kernel: string };

/** A/A: how often is a baseline's own code, built anew, called faster or slower than the baseline? */
export const alike: Part = {
  name: 'alike',
  async *run(context) {
    const salt = newSalt();
    const kernels = await Promise.all(
      KERNELS.map(async (name) => {
        const target = targetOf(context, name);
        return { target, text: await baselineText(context, target) };
      }),
    );
    const turn = (index: number) => kernels[index % kernels.length] as (typeof kernels)[number];
    const copy = (index: number) => `${turn(index).text}// copy ${salt} ${index}\n`;

    // First the few long ones, which say what the product does.
    let confirmed: readonly Evidence[] = [];
    const confirmCopy = async (index: number) => {
      const { target, text } = turn(index);
      const verifier = await prepare(context, target, text);
      const evidence = await verifier.confirm(candidateFor(target, copy(index)));
      context.say(`confirmation of ${target.name}: ${evidence.verdict} (${evidence.reason})`);
      return evidence;
    };
    for await (confirmed of repeatWithin(context.timeLeft, confirmations(context), confirmCopy)) {
      yield { findings: [confirmationFinding(confirmed)], samples: { confirmed } };
    }

    const count = howMany(context, { cuda: 200, emulated: 3 });
    const trials: PairedTrials[] = [];
    for (const { target, text } of kernels.slice(0, count)) trials.push(await startTrials(context, target, text));
    const libraryOf = makeAhead(count, BUILDS_AHEAD, (index) => buildLibrary(context, turn(index).target, copy(index)));
    const tryCopy = async (index: number): Promise<AlikeTrial> => {
      const paired = trials[index % trials.length] as (typeof trials)[number];
      const trial = await paired.trial(await libraryOf(index), context.asked.rounds ?? ROUNDS);
      if (trial.verdict !== 'not-proven' || index % 10 === 9)
        context.say(`trial ${index + 1}: ${trial.verdict} (${trial.reason})`);
      return { ...trial, kernel: turn(index).target.name };
    };
    for await (const tried of repeatWithin(context.timeLeft, count, tryCopy)) {
      yield {
        findings: [...trialFindings(tried, context), ...(confirmed.length > 0 ? [confirmationFinding(confirmed)] : [])],
        table: [['kernel', 'verdicts', 'furthest from 1'], ...KERNELS.map((kernel) => kernelRow(kernel, tried))],
        samples: { tried, confirmed },
      };
    }
  },
};

function trialFindings(trials: readonly Trial[], { workshop, asked }: Context): Finding[] {
  const wrong = trials.filter(({ verdict }) => verdict === 'faster' || verdict === 'slower').length;
  const isTimed = workshop.hello.device.kind === 'cuda';
  return [
    {
      what: `A/A: identical kernels called faster or slower, ${trials.length} trials of ${asked.rounds ?? ROUNDS} rounds, judged as a confirmation`,
      measured: isTimed
        ? `${wrong} (${((100 * wrong) / trials.length).toFixed(1)} %; ${countVerdicts(trials.map(({ verdict }) => verdict))})`
        : 'untimed',
      goal: `≤ ${100 * GOAL} %`,
      reached: wrong <= GOAL * trials.length,
    },
  ];
}

function confirmationFinding(confirmed: readonly Evidence[]): Finding {
  const verdicts = confirmed.map(({ verdict }) => verdict);
  return {
    what: 'A/A: verdicts of full confirmations',
    measured: countVerdicts(verdicts),
    goal: 'all not-proven',
    reached: verdicts.every((verdict) => verdict === 'not-proven'),
  };
}

function kernelRow(kernel: string, tried: readonly AlikeTrial[]): string[] {
  const own = tried.filter((trial) => trial.kernel === kernel);
  const furthest = Math.max(0, ...own.map(({ speedup }) => Math.abs(Math.log(speedup?.estimate ?? 1))));
  return [kernel, countVerdicts(own.map(({ verdict }) => verdict)), `${(100 * Math.expm1(furthest)).toFixed(2)} %`];
}
