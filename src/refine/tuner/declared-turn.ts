import type { Device, Evidence } from '../../core/evidence.ts';
import type { Tuned } from '../../core/outcome.ts';
import type { Candidate, SourceFile } from '../../core/source.ts';
import { isCorrect } from '../../core/verdict.ts';
import { candidateFor } from '../../targets/candidate-for.ts';
import { requireSameBytes } from '../confirm.ts';
import { combinations } from './combinations.ts';
import type { Declared } from './declared.ts';
import { presentValues } from './space.ts';
import { secondsOf, type Tried, type Tuning, trialsOf, tune } from './tune.ts';

/** What a proposal came to, after its tunables were searched. */
export interface Screened {
  readonly candidate: Candidate;
  readonly evidence: Evidence;
  readonly tuned?: Tuned;
  /** What builds and measurements took. */
  readonly seconds: number;
}

/**
 * Screens a proposal, in all sensible combinations of what it declares. The first is the proposal as it was written; where that fails for
 * a reason that no number changes, and on the emulated device, which has no times to choose by, it stays the only one.
 */
export async function screenDeclared(
  { files, space, problem }: Declared,
  device: Device,
  tuning: Tuning,
): Promise<Screened> {
  const varied = space?.tunables.map(({ name }) => name) ?? [];
  if (space === undefined || device.kind === 'emulated') {
    const remark = problem ?? (space === undefined ? undefined : NO_TIMES);
    const tuned = { varied: [], values: space === undefined ? {} : presentValues(space), trials: [] };
    return { ...(await screenAlone(files, tuning)), ...(remark === undefined ? {} : { tuned: { ...tuned, remark } }) };
  }
  const { tried, best, remark } = await tune(space, combinations(space), tuning, hopeless);
  const tuned = { varied, values: best.values, trials: trialsOf(tried), ...(remark === undefined ? {} : { remark }) };
  return { candidate: best.candidate, evidence: best.evidence, tuned, seconds: secondsOf(tried) };
}

const NO_TIMES =
  'There are no times to choose by here, so nothing was tuned: the version was checked with the numbers that stand in the file.';

async function screenAlone(files: readonly SourceFile[], { target, screen }: Tuning) {
  const candidate = candidateFor(target, files);
  const evidence = await screen(candidate, { profile: true });
  requireSameBytes(evidence, candidate.hash);
  return { candidate, evidence, seconds: secondsOf([{ values: {}, candidate, evidence }]) };
}

/** What nvcc and ptxas print where the size of something is at fault. */
const OF_A_SIZE = /too much shared|too many resources|static[_ ]assert|exceeds? (the )?(limit|maximum)/i;

/** Why no other combination is worth a build, after the first ones. */
function hopeless(tried: readonly Tried[]): string | undefined {
  const [first, second] = tried.map(({ evidence }) => evidence);
  if (first === undefined || isCorrect(first)) return undefined;
  if (first.verdict === 'build-failed' && !OF_A_SIZE.test(first.log ?? ''))
    return 'It was not tuned, because it does not build.';
  return second?.verdict === first.verdict
    ? 'It was not tuned further, because it fails alike with the smallest numbers.'
    : undefined;
}
