import type { AgainstBase } from '../../core/benchmark.ts';
import type { Journal } from './journal.ts';
import type { ComparisonRecord } from './schema.ts';

/** A target with its own code at both ends, by `hashFiles`; without `base` where the base branch has none. */
export interface ComparedTarget {
  readonly target: string;
  readonly head: string;
  readonly base?: string;
}

/**
 * What a target's own code comes to beside that of the base branch is measured once in a run, however often it is resumed; again only where
 * the base branch has moved on meanwhile.
 */
export async function journaledComparison(
  { target, head, base }: ComparedTarget,
  compare: () => Promise<AgainstBase>,
  journal: Journal,
): Promise<AgainstBase> {
  // Nothing is measured then.
  if (base === undefined || base === head) return compare();
  const known = journal.recall.comparison(target, { head, base });
  if (known !== undefined) return known.found;
  const found = await compare();
  await journal.append([{ kind: 'comparison', at_s: journal.at(), target, head, base, found: asRecorded(found) }]);
  return found;
}

/** The same value: a record's lists are only not known to be read-only. */
function asRecorded(found: AgainstBase): ComparisonRecord['found'] {
  return found as ComparisonRecord['found'];
}
