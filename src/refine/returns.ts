/** How much less each later turn counts, as in Kevin (arXiv 2507.11948, section 3.2). */
export const DISCOUNT = 0.4;

/**
 * The return of each turn: the sum of the scores from it on, each discounted once more than the one before. A turn that is wrong itself
 * but leads to a fast version is so worth something.
 */
export function discountedReturns(scores: readonly number[], discount = DISCOUNT): number[] {
  const returns: number[] = [];
  let after = 0;
  for (const score of scores.toReversed()) {
    after = score + discount * after;
    returns.unshift(after);
  }
  return returns;
}
