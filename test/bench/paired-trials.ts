import type { Target } from '../../src/core/target.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import { baselineCheck, baselineTimes } from '../../src/measure/baseline-check.ts';
import type { Measurement } from '../../src/measure/judge-report.ts';
import { pairedVerdict } from '../../src/measure/paired-verdict.ts';
import { sessionNoise } from '../../src/measure/session-noise.ts';
import { speedupOf, type Timed } from '../../src/measure/speedup.ts';
import { candidateFor } from './baselines.ts';
import { joinRounds } from './join-rounds.ts';
import type { Context } from './part.ts';

/** Many short measurements by both clocks, with the verdicts that a confirmation would draw from them. */
export interface PairedTrials {
  readonly baseline: string;
  /** @param rounds measurements, each in fresh processes, that are judged together */
  trial(library: string, rounds: number): Promise<Trial>;
}

export interface Trial {
  readonly verdict: Verdict | Refusal | 'untimed';
  readonly reason: string;
  /** As it is claimed, with the 99 % interval. */
  readonly speedup?: { readonly estimate: number; readonly low: number; readonly high: number };
  readonly judgeClock?: number;
}

/** What the judge says of a candidate that it does not time. */
type Refusal = Exclude<Measurement['outcome'], 'measured'>;

/** Builds the baseline and measures it against itself, as the product does at first. */
export async function startTrials(context: Context, written: Target, baselineText: string): Promise<PairedTrials> {
  // Shapes that are only checked would tell nothing here.
  const target = { ...written, vary: [] };
  const baseline = await buildLibrary(context, target, baselineText);
  const measure = (candidate: string) =>
    context.workshop.judge.measure({ target, baseline, candidate, stage: 'alone' });
  const alone = speedupOf(requireMeasured(await measure(baseline)));
  return {
    baseline,
    trial: async (library, rounds) => {
      const measurements: Measurement[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const measurement = await measure(library);
        if (measurement.outcome !== 'measured') return { verdict: measurement.outcome, reason: measurement.detail };
        measurements.push(measurement);
      }
      const timed = speedupOf(joinRounds(measurements));
      if (timed === undefined || alone === undefined) return { verdict: 'untimed', reason: 'no GPU' };
      return judged(timed, alone);
    },
  };
}

function judged(timed: Timed, alone: Timed): Trial {
  const { verdict, reason } = pairedVerdict(timed, sessionNoise(alone.rounds), 'confirm');
  const undisturbed = baselineCheck(baselineTimes(alone), baselineTimes(timed));
  const isSpoilt = verdict === 'faster' && undisturbed.status === 'failed';
  const { estimate, low, high, judge_clock } = timed.speedup;
  return {
    verdict: isSpoilt ? 'not-proven' : verdict,
    reason: isSpoilt ? undisturbed.detail : reason,
    speedup: { estimate, low, high },
    judgeClock: judge_clock,
  };
}

export async function buildLibrary({ workshop }: Context, target: Target, text: string): Promise<string> {
  const built = await workshop.build(candidateFor(target, text).files, target.source);
  if (built.outcome === 'failed') throw new Error(`${target.name} does not compile:\n${built.log}`);
  return built.library;
}

export function requireMeasured(measurement: Measurement): Measurement {
  if (measurement.outcome === 'measured') return measurement;
  throw new Error(`an honest candidate was ${measurement.outcome}: ${measurement.detail}\n${measurement.log}`);
}

/** How many of each verdict, such as `3 faster, 47 not-proven`. */
export function countVerdicts(verdicts: readonly string[]): string {
  const groups = [...Map.groupBy(verdicts, (verdict) => verdict).entries()];
  return groups.map(([verdict, all]) => `${all.length} ${verdict}`).join(', ') || 'none';
}
