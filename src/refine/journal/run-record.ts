import type { Device } from '../../core/evidence.ts';
import type { Budget, SearchPlan } from '../../core/search-plan.ts';
import { hashFiles, type SourceFile } from '../../core/source.ts';
import type { Target } from '../../core/target.ts';
import type { Caller } from '../../targets/callers.ts';
import { JOURNAL_VERSION, type RunRecord } from './schema.ts';
import { hashText, referToFiles } from './texts.ts';

/** What a run is begun with. */
export interface RunDescription {
  /** Kernelwright's. */
  readonly version: string;
  readonly model: string;
  readonly plan: SearchPlan;
  readonly budget: Budget;
  readonly device: Device;
  readonly sandbox: RunRecord['sandbox'];
  /** Targets as they are configured, with the files that they are now, and what calls them. */
  readonly targets: readonly {
    readonly target: Target;
    readonly baseline: readonly SourceFile[];
    readonly callers?: readonly Caller[];
  }[];
}

export function runRecord({ version, model, plan, budget, device, sandbox, targets }: RunDescription): RunRecord {
  return {
    kind: 'run',
    schema: JOURNAL_VERSION,
    version,
    began: new Date().toISOString(),
    model,
    plan: { ...plan },
    budget: { ...budget },
    device: { ...device },
    sandbox,
    targets: targets.map(({ target, baseline, callers = [] }) => ({
      name: target.name,
      source: target.source,
      definition: hashText(JSON.stringify(target)),
      baseline: hashFiles(baseline),
      files: referToFiles(baseline),
      ...(callers.length === 0 ? {} : { callers: hashText(JSON.stringify(callers)) }),
    })),
  };
}
