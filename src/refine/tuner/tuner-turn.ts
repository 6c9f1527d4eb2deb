import { NO_USAGE } from '../../core/model.ts';
import type { Turn } from '../../core/outcome.ts';
import type { TurnPlace } from '../../core/turn-place.ts';
import type { Lineage } from '../policy.ts';
import { failingAs, NoFurtherTurn, type SearchContext } from '../turn.ts';
import { findTunables } from './find.ts';
import { nextStep, type Step } from './steps.ts';
import { secondsOf, trialsOf, tune } from './tune.ts';

/**
 * One turn of the tuner alone: varies constants of the existing code, from the best numbers that the earlier turns found.
 *
 * @throws TurnFailure where the machine fails, NoFurtherTurn where nothing is left to vary
 */
export async function takeTunerTurn(
  place: TurnPlace,
  lineage: Lineage,
  { prompt: { target, baseline, device }, tuning, syntax, onProposal }: SearchContext,
): Promise<Turn> {
  const space = await findTunables(baseline, target.source, syntax, target.entry);
  if (space.tunables.length === 0) throw new NoFurtherTurn(nothingIn(target.source));
  const step = nextStep(space, lineage, device.kind);
  if (step === undefined) throw new NoFurtherTurn(device.kind === 'cuda' ? ALL_TRIED : NO_TIMES);
  const summary = summaryOf(step);
  onProposal(place, summary, NO_USAGE);
  const { tried, best, remark } = await failingAs('verifier', NO_USAGE, tune(space, step.combinations, tuning));
  const tuned = {
    varied: step.varied.map(({ name }) => name),
    values: best.values,
    trials: trialsOf(tried),
    ...(remark === undefined ? {} : { remark }),
  };
  const result = { kind: 'judged' as const, candidate: best.candidate, evidence: best.evidence, tuned };
  return { ...place, summary, result, usage: NO_USAGE, seconds: secondsOf(tried) };
}

const ALL_TRIED = 'All combinations of constants that are near the best ones were tried.';
const NO_TIMES = 'Without a GPU there are no times to choose numbers by, so the present ones stay.';

function nothingIn(source: string): string {
  return `${source} holds no constant that looks like the size of a block, a tile, a vector or an unrolled loop, so there is nothing to tune without a model.`;
}

function summaryOf({ varied, combinations }: Step): string {
  const lists = varied.map(({ name, value }) => {
    const others = [...new Set(combinations.map((values) => values[name] ?? value))].filter((one) => one !== value);
    const sorted = others.toSorted((a, b) => a - b);
    return `${name} (now ${wordsFor(value)}) ${sorted.map(wordsFor).join(', ')}`;
  });
  const count = combinations.length === 1 ? '1 combination' : `${combinations.length} combinations`;
  return `${count} of other numbers for constants of the present source: ${lists.join('; ')}.`;
}

/** No constant is 0, but for what is not written. */
function wordsFor(value: number): string {
  return value === 0 ? "the compiler's choice" : `${value}`;
}
