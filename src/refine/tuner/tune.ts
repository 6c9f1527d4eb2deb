import { messageOf, UserError } from '../../core/errors.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { Trial } from '../../core/outcome.ts';
import type { Candidate } from '../../core/source.ts';
import type { Target } from '../../core/target.ts';
import { isCorrect } from '../../core/verdict.ts';
import type { Verifier } from '../../core/verifier.ts';
import { candidateFor } from '../../targets/candidate-for.ts';
import { requireSameBytes } from '../confirm.ts';
import { couldBeProven, score } from '../score.ts';
import { filesWith, type TuneSpace, type Values } from './space.ts';

/** What a tuning needs of the search around it. */
export interface Tuning {
  readonly target: Pick<Target, 'convention' | 'entry' | 'source'>;
  /** Judges quickly; what was judged before is not judged twice. */
  readonly screen: Verifier['screen'];
  /** A sentence once the time is up, with so many screenings still to come. */
  readonly timeIsUp: (ahead: number) => string | undefined;
  /** How many combinations are built and screened side by side; measurements wait for each other in the judge. */
  readonly atOnce: number;
}

/** One combination with what was found out about it. */
export interface Tried {
  readonly values: Values;
  readonly candidate: Candidate;
  readonly evidence: Evidence;
}

export interface TuningResult {
  /** In the order of `combinations`; at least one. */
  readonly tried: readonly Tried[];
  /** The best correct one, those first whose gain could be proven, the earlier of equals; where none is correct, the first. */
  readonly best: Tried;
  /** Why not all were tried. */
  readonly remark?: string;
}

/**
 * Builds and screens combinations. The first goes alone: it tells how long one takes, and `goOn` may end the tuning after it, and after a
 * second one that is tried alone when the first was not correct: that of the smallest numbers, which asks least of the hardware.
 *
 * A used-up budget, and a machine that fails once something was found to be correct, end the tuning with what was found.
 *
 * @throws UserError of the machine when nothing was found before it
 */
export async function tune(
  space: TuneSpace,
  combinations: readonly Values[],
  tuning: Tuning,
  goOn: (tried: readonly Tried[]) => string | undefined = () => undefined,
): Promise<TuningResult> {
  const [first, ...others] = combinations;
  if (first === undefined) throw new Error('A tuning needs a combination.');
  const tried = new Map<Values, Tried>();
  const inFlight = new Set<Values>();
  let remark: string | undefined;

  async function attempt(values: Values): Promise<void> {
    inFlight.add(values);
    try {
      const candidate = candidateFor(tuning.target, filesWith(space, values));
      const evidence = await tuning.screen(candidate);
      requireSameBytes(evidence, candidate.hash);
      tried.set(values, { values, candidate, evidence });
    } catch (error) {
      remark ??= `The measurement failed: ${messageOf(error)}`;
      if (!(error instanceof UserError) || !anyCorrect()) throw error;
    } finally {
      inFlight.delete(values);
    }
  }
  const anyCorrect = () => [...tried.values()].some(({ evidence }) => isCorrect(evidence));

  await attempt(first);
  remark ??= goOn([...tried.values()]);
  if (remark === undefined && !anyCorrect() && others.length > 0) {
    await attempt(takeSmallest(others));
    remark ??= goOn([...tried.values()]);
  }
  const workers = Array.from({ length: Math.max(1, tuning.atOnce) }, async () => {
    for (let next = others.shift(); next !== undefined; next = others.shift()) {
      remark ??= tuning.timeIsUp(inFlight.size + 1);
      if (remark !== undefined) return;
      await attempt(next);
    }
  });
  for (const settled of await Promise.allSettled(workers)) if (settled.status === 'rejected') throw settled.reason;

  const inOrder = combinations.flatMap((values) => tried.get(values) ?? []);
  return { tried: inOrder, best: bestOf(inOrder), ...(remark === undefined ? {} : { remark }) };
}

function takeSmallest(combinations: Values[]): Values {
  // What is left to the compiler stands at 0, and is no size.
  const sizes = combinations.map((values) =>
    Object.values(values).reduce((product, value) => product * Math.max(1, value), 1),
  );
  return combinations.splice(sizes.indexOf(Math.min(...sizes)), 1)[0] ?? {};
}

function bestOf(tried: readonly Tried[]): Tried {
  const provable = tried.filter(({ evidence }) => isCorrect(evidence) && couldBeProven(evidence));
  return (provable.length > 0 ? provable : tried).reduce((best, one) =>
    score(one.evidence) > score(best.evidence) ? one : best,
  );
}

export function trialsOf(tried: readonly Tried[]): readonly Trial[] {
  return tried.map(({ values, evidence: { verdict, speedup } }) => ({
    values,
    verdict,
    ...(speedup === undefined ? {} : { speedup: speedup.estimate }),
  }));
}

/** What the builds and measurements of all combinations took, one after the other. */
export function secondsOf(tried: readonly Tried[]): number {
  return tried.reduce(
    (sum, { evidence: { timings_s } }) => sum + timings_s.build + (timings_s.screen ?? 0) + (timings_s.profile ?? 0),
    0,
  );
}
