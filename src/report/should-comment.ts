import type { RunOutcome } from '../core/outcome.ts';
import { slowerTargets, wrongTargets } from './against-base.ts';
import { improvements } from './standing.ts';

/** When a pull request gets a comment. */
export const COMMENT_MODES = ['on-result', 'always', 'never'] as const;
export type CommentMode = (typeof COMMENT_MODES)[number];

/**
 * Whether there is something to say. By `on-result` only a proven gain, code of the pull request that is slower or does not do its own job,
 * and the answer to a command are worth a notification.
 *
 * @param asked by a command on the pull request
 */
export function shouldComment(
  outcome: RunOutcome,
  { mode, asked }: { readonly mode: CommentMode; readonly asked: boolean },
): boolean {
  if (mode !== 'on-result') return mode === 'always';
  return (
    asked ||
    improvements(outcome).length > 0 ||
    slowerTargets(outcome).length > 0 ||
    wrongTargets(outcome).length > 0 ||
    outcome.targets.some(({ baselineFailed }) => baselineFailed)
  );
}
