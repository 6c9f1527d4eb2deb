import type { TargetOutcome } from '../../../src/core/outcome.ts';
import type { Budget, PolicyName } from '../../../src/core/search-plan.ts';
import { type Account, openAccount } from '../../../src/refine/budget.ts';
import { openJournal } from '../../../src/refine/journal/journal.ts';
import { journaledModel } from '../../../src/refine/journal/journaled-model.ts';
import { journaledTurns } from '../../../src/refine/journal/journaled-turns.ts';
import { journaledVerifier } from '../../../src/refine/journal/journaled-verifier.ts';
import { refineTarget } from '../../../src/refine/search.ts';
import { BASELINE, H200, TARGET } from '../samples.ts';
import { describedRun, JUDGED, planOf, type Script, scriptedModel, scriptedVerifier } from './scripted-run.ts';

export interface JournaledSearch extends Script {
  readonly path: string;
  readonly resume: boolean;
  readonly policy?: PolicyName;
  readonly budget?: Budget;
  readonly onAccount?: (account: Account) => void;
  readonly began?: number;
}

/** The scripted search with its journal, put together as `optimize` does. */
export async function journaledSearch(options: JournaledSearch): Promise<TargetOutcome> {
  const { path, resume, policy = 'serial', budget = {}, began = performance.now() } = options;
  const description = describedRun({ plan: planOf(policy), budget });
  await using journal = await openJournal({ path, resume, log: () => {}, began }, description);
  const account = openAccount(budget, journal.now);
  options.onAccount?.(account);
  const outcome = await refineTarget({
    target: TARGET,
    baseline: BASELINE,
    device: H200,
    model: journaledModel(scriptedModel(options), journal),
    verifier: journaledVerifier(scriptedVerifier(options), JUDGED, journal),
    plan: planOf(policy),
    account,
    progress: journaledTurns(journal),
  });
  await journal.end({ device: H200, sandbox: 'bubblewrap', model: 'scripted', targets: [outcome], seconds: 1 });
  return outcome;
}
