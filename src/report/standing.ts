import type { Evidence, Speedup } from '../core/evidence.ts';
import type { RunOutcome, TargetOutcome } from '../core/outcome.ts';
import { VERDICTS, type Verdict } from '../core/verdict.ts';
import { changeOf } from './against-base.ts';

/** How a target stands after the search; the only place that decides what a report may claim. */
export type Standing =
  /** Proven: confirmed on a GPU, with an interval. */
  | { readonly kind: 'improved'; readonly verdict: 'faster'; readonly evidence: Evidence; readonly speedup: Speedup }
  /** Right but not proven faster; where no candidate passed every check, the turn that came closest. */
  | { readonly kind: 'judged'; readonly verdict: Verdict; readonly evidence: Evidence; readonly passed: boolean }
  /** Nothing was judged: the target's own code fails, only that was to be measured, the run ended before it, or no answer of the model could be used. */
  | { readonly kind: 'unjudged'; readonly because: 'baseline-failed' | 'measured' | 'not-reached' | 'no-answer' };

/** `faster` counts only where a GPU confirmed it, whatever a record says; anything else is shown as not proven. */
export function standingOf(outcome: TargetOutcome): Standing {
  const evidence = outcome.best?.evidence ?? closest(outcome);
  if (evidence === undefined) return { kind: 'unjudged', because: whyUnjudged(outcome) };
  if (outcome.best === undefined || !isProven(evidence)) {
    return { kind: 'judged', verdict: claimable(evidence), evidence, passed: outcome.best !== undefined };
  }
  return { kind: 'improved', verdict: 'faster', evidence, speedup: evidence.speedup };
}

function whyUnjudged({
  baselineFailed,
  measured,
  turns,
}: TargetOutcome): Extract<Standing, { kind: 'unjudged' }>['because'] {
  if (baselineFailed) return 'baseline-failed';
  if (measured !== undefined) return 'measured';
  return turns.length === 0 ? 'not-reached' : 'no-answer';
}

/** The verdict that may be shown for one piece of evidence. */
export function claimable(evidence: Evidence): Verdict {
  return evidence.verdict === 'faster' && !isProven(evidence) ? 'not-proven' : evidence.verdict;
}

/** The sentence that goes with `claimable`: where a claim may not be shown, neither may the words that make it. */
export function claimableReason(evidence: Evidence): string {
  return claimable(evidence) === evidence.verdict
    ? evidence.reason
    : 'Correct, but no confirmed measurement on a GPU proves a gain.';
}

function isProven(evidence: Evidence): evidence is Evidence & { readonly speedup: Speedup } {
  return (
    evidence.verdict === 'faster' &&
    evidence.stage === 'confirm' &&
    evidence.device.kind === 'cuda' &&
    evidence.speedup !== undefined
  );
}

/** Of the judged turns the one with the best verdict; among equals the fastest. */
function closest(outcome: TargetOutcome): Evidence | undefined {
  return outcome.turns
    .flatMap((turn) => (turn.result.kind === 'judged' ? [turn.result.evidence] : []))
    .sort(
      (a, b) =>
        VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
        (b.speedup?.estimate ?? 0) - (a.speedup?.estimate ?? 0),
    )[0];
}

/** The improved target with the highest lower bound, and all of them; undefined where nothing was proven. */
export function improvements(outcome: RunOutcome): readonly Extract<Standing, { kind: 'improved' }>[] {
  return outcome.targets
    .map(standingOf)
    .filter((standing) => standing.kind === 'improved')
    .sort((a, b) => b.speedup.low - a.speedup.low);
}

/** True where any part of the run went without a sandbox. */
export function isUnsandboxed(outcome: RunOutcome): boolean {
  const evidence = outcome.targets.flatMap((target) => [
    ...(target.best ? [target.best.evidence] : []),
    ...target.turns.flatMap((turn) => (turn.result.kind === 'judged' ? [turn.result.evidence] : [])),
  ]);
  return outcome.sandbox === 'off' || evidence.some((one) => one.sandbox === 'off');
}

/** Targets by how much a reader gains from them: those that the pull request harms first, then the surest gain, by verdict, as configured. */
export function byImportance(outcomes: readonly TargetOutcome[]): readonly TargetOutcome[] {
  return outcomes
    .map((outcome) => ({ outcome, harm: harmOf(outcome), rank: rank(standingOf(outcome)) }))
    .sort((a, b) => a.harm - b.harm || a.rank - b.rank)
    .map(({ outcome }) => outcome);
}

/** Lower is worse. */
function harmOf({ againstBase }: TargetOutcome): number {
  const kind = againstBase && changeOf(againstBase).kind;
  return kind === 'wrong' ? 0 : kind === 'slower' ? 1 : 2;
}

function rank(standing: Standing): number {
  if (standing.kind === 'improved') return -standing.speedup.low;
  return standing.kind === 'judged' ? VERDICTS.indexOf(standing.verdict) : VERDICTS.length;
}
