import type { Evidence } from '../../../src/core/evidence.ts';
import { candidateFor, prepare, targetOf } from '../baselines.ts';
import { BUILDS_AHEAD, makeAhead } from '../build-ahead.ts';
import { eventRatio } from '../elsewhere.ts';
import { BASELINE_GELU, geluSource } from '../gelu-source.ts';
import { buildLibrary, countVerdicts, startTrials, type Trial } from '../paired-trials.ts';
import { type Context, confirmations, type Finding, howMany, newSalt, type Part } from '../part.ts';
import { repeatWithin } from '../repeat-within.ts';
import { formatSpread, spreadOf } from '../spread.ts';

/** Share of the baseline's blocks that it does twice. */
const EXTRA = 0.04;
const GOAL = 0.95;
const EVENT_CALLS = 2000;
/** As many as a confirmation has, of fewer blocks each. */
const ROUNDS = 3;

/** A true gain of 4 %: how often is it found? */
export const gain: Part = {
  name: 'gain',
  async *run(context) {
    const target = targetOf(context, 'gelu_gain');
    const salt = newSalt();
    const baseline = geluSource({ ...BASELINE_GELU, name: `${salt}_extra`, extra: EXTRA });
    const lighter = (index: number | string) => geluSource({ ...BASELINE_GELU, name: `${salt}_${index}` });
    const paired = await startTrials(context, target, baseline);
    const truth = await trueRatio(context, paired.baseline, lighter('alone'));
    yield { findings: [truth], samples: {} };

    let confirmed: readonly Evidence[] = [];
    const verifier = await prepare(context, target, baseline);
    const confirmOne = async (index: number) => {
      const evidence = await verifier.confirm(candidateFor(target, lighter(`confirmed_${index}`)));
      context.say(`confirmation ${index + 1}: ${evidence.verdict} (${evidence.reason})`);
      return evidence;
    };
    for await (confirmed of repeatWithin(context.timeLeft, confirmations(context), confirmOne)) {
      yield { findings: [truth, confirmationFinding(confirmed)], samples: { confirmed } };
    }

    const count = howMany(context, { cuda: 50, emulated: 2 });
    const libraryOf = makeAhead(count, BUILDS_AHEAD, (index) => buildLibrary(context, target, lighter(index)));
    const tryOne = async (index: number) => {
      const trial = await paired.trial(await libraryOf(index), context.asked.rounds ?? ROUNDS);
      if (trial.verdict !== 'faster' || index % 10 === 9)
        context.say(`trial ${index + 1}: ${trial.verdict} (${trial.reason})`);
      return trial;
    };
    for await (const tried of repeatWithin(context.timeLeft, count, tryOne)) {
      const ofConfirmations = confirmed.length > 0 ? [confirmationFinding(confirmed)] : [];
      yield {
        findings: [truth, ...trialFindings(tried, context.asked.rounds ?? ROUNDS), ...ofConfirmations],
        samples: { tried, confirmed },
      };
    }
  },
};

async function trueRatio(context: Context, baseline: string, lighter: string): Promise<Finding> {
  const what = `the true ratio, ${EVENT_CALLS} calls each by CUDA events in one process`;
  if (context.workshop.hello.device.kind === 'emulated') return { what, measured: 'untimed' };
  const target = targetOf(context, 'gelu_gain');
  const library = await buildLibrary(context, target, lighter);
  const elements = target.workloads[0]?.values.n ?? 0;
  const { ratio, first_us, second_us } = await eventRatio(context, [baseline, library], elements, EVENT_CALLS);
  return { what, measured: `${ratio.toFixed(4)} (${first_us.toFixed(2)} and ${second_us.toFixed(2)} µs)` };
}

function trialFindings(trials: readonly Trial[], rounds: number): Finding[] {
  const found = trials.filter(({ verdict }) => verdict === 'faster').length;
  return [
    {
      what: `a true gain of 4 % found, ${trials.length} trials of ${rounds} rounds, judged as a confirmation`,
      measured: `${found} (${((100 * found) / trials.length).toFixed(0)} %; ${countVerdicts(trials.map(({ verdict }) => verdict))})`,
      goal: `≥ ${100 * GOAL} %`,
      reached: found >= GOAL * trials.length,
    },
    {
      what: 'speedup in those',
      measured: formatSpread(spreadOf(trials.flatMap(({ speedup }) => speedup?.estimate ?? [])), '×'),
    },
  ];
}

function confirmationFinding(confirmed: readonly Evidence[]): Finding {
  const verdicts = confirmed.map(({ verdict }) => verdict);
  const speedups = confirmed.flatMap(({ speedup }) => speedup?.low ?? []);
  return {
    what: 'the same by full confirmations',
    measured: `${countVerdicts(verdicts)}; lower bounds ${formatSpread(spreadOf(speedups), '×')}`,
    goal: 'all faster',
    reached: verdicts.every((verdict) => verdict === 'faster'),
  };
}
