import { EnvironmentError } from '../core/errors.ts';
import { NO_USAGE } from '../core/model.ts';
import type { RunOutcome, TargetOutcome } from '../core/outcome.ts';
import type { PlanFile } from './plan-file.ts';

/** What became of one job of the matrix: its part of the run, or why it has none. */
export type Part =
  | { readonly kind: 'found'; readonly outcome: RunOutcome }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * All parts as one run, targets in the order of the plan. A target of which no job tells anything is there too, with the reason. The jobs ran side by
 * side: the run took as long as the longest.
 *
 * @throws EnvironmentError where no job tells anything: there is nothing to report
 */
export function mergeParts(plan: PlanFile, parts: readonly Part[]): RunOutcome {
  const found = parts.flatMap((part) => (part.kind === 'found' ? [part.outcome] : []));
  const [first] = found;
  const reasons = parts.flatMap((part) => (part.kind === 'failed' ? [part.reason] : []));
  if (first === undefined) {
    throw new EnvironmentError(
      ['No job with "mode: optimize" has left a result; see their logs.', ...reasons].join('\n'),
    );
  }
  const targets = plan.targets.map(({ target }): TargetOutcome => {
    // Where two jobs tell of one target the plan was not followed; the first is as good as the second.
    const outcome = found.flatMap(({ targets }) => targets).find((one) => one.target.name === target.name);
    const ended = reasons[0] ?? 'The job that was to optimize it has left no result.';
    return outcome ?? { target, baseline: [], trajectories: 0, turns: [], usage: NO_USAGE, ended };
  });
  return {
    device: first.device,
    sandbox: found.some(({ sandbox }) => sandbox === 'off') ? 'off' : first.sandbox,
    model: first.model,
    targets,
    leftOut: plan.leftOut,
    seconds: Math.max(...found.map(({ seconds }) => seconds)),
  };
}
