import type { Evidence } from '../core/evidence.ts';
import type { Verdict } from '../core/verdict.ts';
import { claimable, type Standing } from './standing.ts';

export interface Label {
  readonly mark: string;
  readonly words: string;
  /** Where no candidate passed: what the closest one came to. */
  readonly closest?: string;
}

/** Four marks that tell at a glance: proven, right, nothing gained, failed. Words say the rest. */
const LABELS: Readonly<Record<Verdict, Label>> = {
  faster: { mark: '✅', words: 'faster' },
  'not-proven': { mark: '⚪', words: 'not proven' },
  slower: { mark: '⚪', words: 'slower' },
  incorrect: { mark: '❌', words: 'incorrect' },
  rejected: { mark: '❌', words: 'rejected' },
  'build-failed': { mark: '❌', words: 'does not compile' },
  crashed: { mark: '❌', words: 'crashed' },
  'timed-out': { mark: '❌', words: 'timed out' },
};

/** Built, or of Python found to be right in its syntax; then something was missing or did not fit. */
const CANNOT_BE_LOADED: Label = { mark: '❌', words: 'cannot be loaded' };

/** A verdict in words; on the emulated device `not-proven` means that the results were right and nothing was timed. */
export function labelOf(evidence: Evidence): Label {
  const verdict = claimable(evidence);
  if (verdict === 'not-proven' && evidence.device.kind === 'emulated') return { mark: '☑️', words: 'right, not timed' };
  if (verdict === 'build-failed' && evidence.checks.some(({ name, status }) => name === 'loads' && status === 'failed'))
    return CANNOT_BE_LOADED;
  return LABELS[verdict];
}

/** A verdict in words, wherever it was given. */
export function wordsOf(verdict: Verdict): string {
  return LABELS[verdict].words;
}

/** No proposal that could be judged. */
export const NO_ANSWER = { mark: '❌', words: 'no usable answer' } as const;

const UNJUDGED: Readonly<Record<Extract<Standing, { kind: 'unjudged' }>['because'], Label>> = {
  'baseline-failed': { mark: '❌', words: 'your code could not be measured' },
  measured: { mark: '☑️', words: 'measured as it is' },
  'not-reached': { mark: '⚪', words: 'not reached' },
  'no-answer': NO_ANSWER,
};

/** Where nothing was confirmed, a bare "does not compile" would read as if the kernel of the pull request did not. */
export function labelOfStanding(standing: Standing): Label {
  if (standing.kind === 'unjudged') return UNJUDGED[standing.because];
  const label = labelOf(standing.evidence);
  if (standing.kind === 'improved' || standing.passed) return label;
  // Right in the quick screen is no more than that: the confirmation was not reached or not passed.
  if (standing.verdict === 'not-proven') return { mark: '⚪', words: 'not confirmed' };
  return label.mark === '❌' ? { mark: label.mark, words: 'none passed', closest: label.words } : label;
}
