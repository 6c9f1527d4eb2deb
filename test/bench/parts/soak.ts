import { setTimeout as sleep } from 'node:timers/promises';
import { median } from 'simple-statistics';
import { candidateOf } from '../../../src/core/source.ts';
import type { Verdict } from '../../../src/core/verdict.ts';
import { prepareVerifier } from '../../../src/measure/verifier.ts';
import { baselineText, targetOf } from '../baselines.ts';
import { BUILDS_AHEAD, makeAhead } from '../build-ahead.ts';
import { type Context, type Finding, newSalt, type Part } from '../part.ts';
import { repeatWithin } from '../repeat-within.ts';
import { expectedOf, kindOf, soakSource } from '../soak-source.ts';
import { lookAtUsage, USAGE_HEAD, type Usage, usageRow } from '../usage.ts';

/** How many verdicts at either end are compared. */
const ENDS = 50;
const LOOK_EVERY = 100;
/** A runner that was just killed, or is being started for later, is no leak. */
const SETTLE_MS = 1000;

interface Verdicted {
  readonly kind: ReturnType<typeof kindOf>;
  readonly verdict: Verdict;
  /** At the judge; the build was made ahead. */
  readonly seconds: number;
}

type Look = Usage & { readonly after: number };

/** Many candidates, one after the other at the judge, every tenth crashing or hanging: what is left behind, and does it become slower? */
export const soak: Part = {
  name: 'soak',
  blockLimitS: 2,
  async *run(context) {
    const target = targetOf(context, 'gelu_tiny');
    const salt = newSalt();
    const count = context.asked.candidates ?? 1000;
    // The verifier builds what it is given; here that was begun while earlier candidates were judged.
    let index = -1;
    const libraryOf = makeAhead(count, BUILDS_AHEAD, (next) =>
      context.workshop.build([{ path: target.source, content: soakSource(salt, next) }], target.source),
    );
    const build: Context['workshop']['build'] = (files, source) =>
      index < 0 ? context.workshop.build(files, source) : libraryOf(index);
    const baseline = [{ path: target.source, content: await baselineText(context, target) }];
    const verifier = await prepareVerifier({ ...context.workshop, build, onProgress: () => {} }, target, baseline);

    const looks: Look[] = [await look(0)];
    const judge = async (next: number): Promise<Verdicted> => {
      index = next;
      const candidate = candidateOf([{ path: target.source, content: soakSource(salt, next) }]);
      const { verdict, reason, timings_s } = await verifier.screen(candidate);
      const kind = kindOf(next);
      if (!expectedOf(kind).includes(verdict)) context.say(`candidate ${next}, ${kind}: ${verdict} (${reason})`);
      if ((next + 1) % LOOK_EVERY === 0 && next + 1 < count) {
        looks.push(await look(next + 1));
        context.say(`${next + 1} of ${count}`);
      }
      return { kind, verdict, seconds: timings_s.screen ?? 0 };
    };
    let judged: readonly Verdicted[] = [];
    for await (judged of repeatWithin(context.timeLeft, count, judge)) {
      if (judged.length % ENDS === 0) yield result(judged, looks);
    }
    looks.push(await look(judged.length));
    yield result(judged, looks);
  },
};

async function look(after: number): Promise<Look> {
  await sleep(SETTLE_MS);
  return { after, ...(await lookAtUsage()) };
}

function result(judged: readonly Verdicted[], looks: readonly Look[]) {
  return {
    findings: findingsOf(judged),
    table: [['after', ...USAGE_HEAD], ...looks.map((each) => [`${each.after}`, ...usageRow(each)])],
    samples: { judged, looks },
  };
}

function findingsOf(judged: readonly Verdicted[]): Finding[] {
  const bad = judged.filter(({ kind }) => kind !== 'honest').length;
  const unexpected = judged.filter(({ kind, verdict }) => !expectedOf(kind).includes(verdict)).length;
  const honest = judged.filter(({ kind }) => kind === 'honest').map(({ seconds }) => seconds);
  const ends = Math.min(ENDS, Math.floor(honest.length / 2));
  const [first, last] = [honest.slice(0, ends), honest.slice(-ends)].map((each) => (ends > 0 ? median(each) : NaN));
  const seconds = (value: number | undefined) => `${value?.toFixed(3)} s`;
  return [
    {
      what: `${judged.length} candidates one after the other, ${bad} of them crashing or hanging: unexpected verdicts`,
      measured: `${unexpected}`,
      goal: '0',
      reached: unexpected === 0,
    },
    {
      what: `median time of an honest one's verdict, without its build, the first ${ends} and the last ${ends}`,
      measured: `${seconds(first)} and ${seconds(last)}`,
      goal: 'the last as fast as the first, within 10 %',
      reached: (last ?? NaN) <= 1.1 * (first ?? NaN),
    },
  ];
}
