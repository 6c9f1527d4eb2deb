import { BRANCH_PREFIX } from '../core/own-commit.ts';
import { hashFiles } from '../core/source.ts';
import type { Delivery } from './delivery.ts';

const LONGEST_NAME = 50;
const DIGITS = 10;

/**
 * `kernelwright/7-softmax-0a1b2c3d4e`: the same bytes for the same target always come to the same branch. What a branch's name cannot
 * hold becomes a hyphen; the digits, over paths and contents, keep such names apart.
 */
export function stackedBranch({
  pullRequest,
  target,
  after,
}: Pick<Delivery, 'pullRequest' | 'target' | 'after'>): string {
  const name = target
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replace(/^-+|-+$/g, '');
  return `${BRANCH_PREFIX}${pullRequest}-${name || 'target'}-${hashFiles(after).slice(0, DIGITS)}`;
}
