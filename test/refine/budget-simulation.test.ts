import { describe, expect, it } from 'vitest';
import { addUsage, type Model, NO_USAGE, type Usage } from '../../src/core/model.ts';
import { type Budget, POLICIES, type SearchPlan } from '../../src/core/search-plan.ts';
import type { Candidate } from '../../src/core/source.ts';
import type { Verifier } from '../../src/core/verifier.ts';
import { openAccount } from '../../src/refine/budget.ts';
import { refineTarget } from '../../src/refine/search.ts';
import { randomOf } from '../measure/samples.ts';
import { BASELINE, evidenceOf, H200, speedupOf, TARGET, timed } from './samples.ts';
import { SimulatedTime } from './simulation.ts';

const RUNS = 100;
const LONGEST_ANSWER_S = 120;
const LONGEST_SCREEN_S = 20;
/** Of a confirmation, in screenings: what a search keeps for one. */
const SCREENS_PER_CONFIRMATION = 15;

interface Begun {
  readonly what: 'ask' | 'screen' | 'confirm';
  /** What the run had taken when it was begun. */
  readonly seconds: number;
  readonly gpuSeconds: number;
}

/** One search with everything about it drawn by chance: its plan, its budget, and what each call takes of what it may take. */
async function simulate(seed: number) {
  const random = randomOf(seed);
  const between = (low: number, high: number) => low + random() * (high - low);
  const pick = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)] as T;
  const plan: SearchPlan = {
    trajectories: Math.ceil(between(0, 8)),
    turns: Math.ceil(between(0, 8)),
    policy: pick(POLICIES),
    patience: 4,
  };
  const limits: Required<Budget> = {
    usd: between(0.1, 6),
    tokens: between(10_000, 600_000),
    minutes: between(1, 20),
    gpuMinutes: between(0.5, 10),
  };
  const budget = Object.fromEntries(Object.entries(limits).filter(() => random() < 0.5)) as Budget;

  const time = new SimulatedTime();
  const begun: Begun[] = [];
  let gpuSeconds = 0;
  let spent: Usage = NO_USAGE;
  const begin = (what: Begun['what']) => begun.push({ what, seconds: time.now, gpuSeconds });
  const atMost: Usage = {
    input_tokens: 9_000,
    output_tokens: 32_000,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    usd: 0.9,
  };
  const model: Model = {
    name: 'simulated',
    atMost: () => atMost,
    async complete() {
      begin('ask');
      const seconds = between(1, LONGEST_ANSWER_S);
      await time.sleep(seconds);
      const share = random();
      const usage = { ...atMost, output_tokens: Math.floor(share * 32_000), usd: share * 0.9 };
      spent = addUsage(spent, usage);
      const text = `Idea.\n\n\`\`\`cuda path=kernels/scale.cu\n// ${random()}\n\`\`\`\n`;
      return { text: random() < 0.1 ? 'Nothing.' : text, stop: 'end', usage, seconds };
    },
  };
  const judge = (stage: 'screen' | 'confirm') => async (candidate: Candidate) => {
    begin(stage);
    const seconds = between(1, LONGEST_SCREEN_S * (stage === 'confirm' ? SCREENS_PER_CONFIRMATION : 1));
    await time.sleep(seconds);
    gpuSeconds += seconds;
    const evidence = random() < (stage === 'screen' ? 0.6 : 0.4) ? timed(between(0.8, 2)) : evidenceOf('incorrect');
    const faster =
      stage === 'confirm' && evidence.speedup ? { verdict: 'faster' as const, speedup: speedupOf(1.5) } : {};
    return {
      ...evidence,
      ...faster,
      stage,
      hashes: { baseline: '', candidate: candidate.hash },
      timings_s: { build: 0, [stage]: seconds },
    };
  };
  const verifier: Verifier = { modes: async () => undefined, screen: judge('screen'), confirm: judge('confirm') };
  const account = openAccount(budget, () => time.now * 1000);
  const outcome = await time.run(
    refineTarget({ target: TARGET, baseline: BASELINE, device: H200, model, verifier, plan, account }),
  );
  return { plan, budget, outcome, spent, begun, seconds: time.now, gpuSeconds };
}

describe(`in ${RUNS} simulated runs`, () => {
  const runs = Array.from({ length: RUNS }, (_, index) => simulate(index + 1));

  it('neither dollars nor tokens are ever exceeded', async () => {
    for (const { budget, spent, outcome } of await Promise.all(runs)) {
      expect(spent.usd).toBeLessThanOrEqual(budget.usd ?? Number.POSITIVE_INFINITY);
      expect(spent.input_tokens + spent.output_tokens).toBeLessThanOrEqual(budget.tokens ?? Number.POSITIVE_INFINITY);
      expect(outcome.usage.output_tokens).toBe(spent.output_tokens);
    }
  });

  it('no turn begins once the time is up, and no confirmation after the one for which time is kept', async () => {
    for (const { budget, begun } of await Promise.all(runs)) {
      const tooLate = begun.filter(
        ({ what, seconds, gpuSeconds }) =>
          what !== 'screen' && (seconds > minutesOf(budget.minutes) || gpuSeconds > minutesOf(budget.gpuMinutes)),
      );
      expect(tooLate.filter(({ what }) => what === 'ask')).toEqual([]);
      const confirmations = begun.filter(({ what }) => what === 'confirm');
      expect(tooLate.filter((late) => late !== confirmations[0])).toEqual([]);
    }
  });

  it('the time is exceeded by no more than the turns in flight and a confirmation', async () => {
    for (const { budget, plan, seconds, gpuSeconds } of await Promise.all(runs)) {
      const confirmation = SCREENS_PER_CONFIRMATION * LONGEST_SCREEN_S;
      expect(seconds - minutesOf(budget.minutes)).toBeLessThanOrEqual(
        LONGEST_ANSWER_S + LONGEST_SCREEN_S + confirmation,
      );
      expect(gpuSeconds - minutesOf(budget.gpuMinutes)).toBeLessThanOrEqual(
        plan.trajectories * LONGEST_SCREEN_S + confirmation,
      );
    }
  });

  it('each kind of budget ends some', async () => {
    const ends = (await Promise.all(runs)).map(({ outcome }) => outcome.ended ?? '');
    for (const said of [/^The budget of \$/, / tokens has /, /of [\d.]+ minutes is/, /GPU minutes is/]) {
      expect(ends.filter((end) => said.test(end)).length, String(said)).toBeGreaterThan(3);
    }
  });
});

function minutesOf(minutes = Number.POSITIVE_INFINITY): number {
  return minutes * 60;
}
