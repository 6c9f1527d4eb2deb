/** What can be said of a candidate, best first. */
export const VERDICTS = [
  'faster',
  'not-proven',
  'slower',
  'incorrect',
  'rejected',
  'build-failed',
  'crashed',
  'timed-out',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** It passed every check; how fast it is, is another question. */
export function isCorrect({ verdict }: { readonly verdict: Verdict }): boolean {
  return verdict === 'faster' || verdict === 'not-proven' || verdict === 'slower';
}

/** Exit status of `kernelwright verify`. */
export const EXIT_CODES: Readonly<Record<Verdict, number>> = {
  faster: 0,
  'not-proven': 10,
  slower: 11,
  incorrect: 20,
  rejected: 21,
  'build-failed': 30,
  crashed: 31,
  'timed-out': 32,
};
