import type { PolicyName } from '../../../src/core/search-plan.ts';
import { readJournal } from '../../../src/refine/journal/read.ts';
import type { Sample } from '../../../src/refine/training/sample.ts';
import { samplesOf } from '../../../src/refine/training/samples.ts';
import { journaledSearch } from '../journal/journaled-search.ts';

/** The samples of a scripted search, which leaves its journal at `path`. */
export async function searchedSamples(path: string, policy: PolicyName): Promise<Sample[]> {
  await journaledSearch({ path, resume: false, policy });
  return samplesOf(await readJournal(path));
}
