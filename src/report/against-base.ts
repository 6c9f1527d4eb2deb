import type { AgainstBase, BenchmarkedWorkload } from '../core/benchmark.ts';
import type { Speedup } from '../core/evidence.ts';
import type { RunOutcome, TargetOutcome } from '../core/outcome.ts';
import { isCorrect, type Verdict } from '../core/verdict.ts';
import { interval, speedup as ratio } from './quantities.ts';

/** What a pull request does to a target, against the base branch; the only place that decides what a report may claim of it. */
export type Change =
  | {
      readonly kind: 'slower' | 'faster' | 'alike';
      readonly speedup: Speedup;
      readonly workloads: readonly BenchmarkedWorkload[];
    }
  /** Without a GPU, or where its times could not be judged. */
  | { readonly kind: 'right' }
  /** It does not do what the base branch does. */
  | { readonly kind: 'wrong'; readonly verdict: Verdict; readonly reason: string }
  /** Its times contradict each other, so nothing is said. */
  | { readonly kind: 'unclear'; readonly reason: string }
  | { readonly kind: 'same' | 'absent' }
  /** The base branch does not do its own job. */
  | { readonly kind: 'failed'; readonly reason: string };

export function changeOf(compared: AgainstBase): Change {
  if (compared.kind !== 'measured') return compared;
  const { verdict, reason, speedup, workloads } = compared;
  // By its times alone no code is wrong: the pull request's own is trusted to be honest.
  if (verdict === 'rejected' && speedup !== undefined) return { kind: 'unclear', reason };
  if (!isCorrect(compared)) return { kind: 'wrong', verdict, reason };
  if (speedup === undefined) return { kind: 'right' };
  return { kind: verdict === 'not-proven' ? 'alike' : verdict === 'slower' ? 'slower' : 'faster', speedup, workloads };
}

type Slower = Extract<Change, { readonly speedup: Speedup }>;
/** A target, and what the pull request does to it. */
export interface Changed<C extends Change = Change> {
  readonly outcome: TargetOutcome;
  readonly change: C;
}

/** Targets that the pull request is proven to make slower than on the base branch, the worst first. */
export function slowerTargets({ targets }: Pick<RunOutcome, 'targets'>): readonly Changed<Slower>[] {
  return targets
    .flatMap((outcome) => {
      const change = outcome.againstBase && changeOf(outcome.againstBase);
      return change?.kind === 'slower' ? [{ outcome, change }] : [];
    })
    .sort((a, b) => a.change.speedup.high - b.change.speedup.high);
}

/** Targets whose own code does not do what the base branch's does. */
export function wrongTargets({
  targets,
}: Pick<RunOutcome, 'targets'>): readonly Changed<Extract<Change, { kind: 'wrong' }>>[] {
  return targets.flatMap((outcome) => {
    const change = outcome.againstBase && changeOf(outcome.againstBase);
    return change?.kind === 'wrong' ? [{ outcome, change }] : [];
  });
}

/** One clause, plain text; foreign text stands in it: `0.87× the speed of the base branch (99 % interval 0.85–0.89)`. */
export function againstBaseText(compared: AgainstBase): string {
  const change = changeOf(compared);
  switch (change.kind) {
    case 'slower':
    case 'faster':
      return `${ratio(change.speedup.estimate)} the speed of the base branch (99 % interval ${interval(change.speedup)})`;
    case 'alike':
      return `neither faster nor slower than the base branch beyond doubt: ${ratio(change.speedup.estimate)} (99 % interval ${interval(change.speedup)})`;
    case 'right':
      return 'right, as the code of the base branch is; no times were compared';
    case 'wrong':
      return `${WRONG[change.verdict] ?? 'not as the base branch has it'}: ${change.reason}`;
    case 'unclear':
      return `its speed against the base branch cannot be judged: ${change.reason}`;
    case 'same':
      return 'the same code as on the base branch';
    case 'absent':
      return 'not on the base branch';
    case 'failed':
      return `the code of the base branch could not be measured: ${change.reason}`;
  }
}

const WRONG: Partial<Readonly<Record<Verdict, string>>> = {
  incorrect: 'other results than the base branch’s',
  crashed: 'it crashes, and the base branch’s code does not',
  'timed-out': 'it does not finish, and the base branch’s code does',
  'build-failed': 'it cannot be built as the base branch’s code can',
};
