import { ConfigurationError } from '../core/errors.ts';
import { NO_USAGE, TUNER } from '../core/model.ts';
import type { RunOutcome, TargetOutcome } from '../core/outcome.ts';
import { measureAgainstBase } from '../measure/against-base.ts';
import { measureOwn } from '../measure/benchmark.ts';
import type { Bench } from '../measure/verifier.ts';
import { type TargetWork, withWorkshop } from '../optimize.ts';
import type { Progress } from '../refine/progress.ts';
import type { JobDoor } from './door.ts';

/**
 * Measures targets as they are, each by itself and beside the code of the base branch where that is at hand. No model is asked and nothing is
 * searched, so there is no journal either. A target whose own code does not work is a result and does not stop the others.
 */
export async function bench(
  { findHarness, env, say }: JobDoor,
  targets: readonly TargetWork[],
  tell: (event: Progress) => void,
): Promise<RunOutcome> {
  const began = performance.now();
  return withWorkshop({ harness: await findHarness(), env, onStep: say }, async (workshop) => {
    const outcomes: TargetOutcome[] = [];
    for (const work of targets) {
      const { name } = work.target;
      tell({ kind: 'preparing', target: name });
      const outcome = await measure({ ...workshop, onProgress: (text) => say(`${name}: ${text}`) }, work);
      if (outcome.againstBase !== undefined) tell({ kind: 'compared', target: name, againstBase: outcome.againstBase });
      tell({ kind: 'done', target: name, outcome });
      outcomes.push(outcome);
    }
    const { device, sandbox } = workshop.hello;
    return { device, sandbox, model: TUNER, targets: outcomes, seconds: (performance.now() - began) / 1000 };
  });
}

async function measure(bench: Bench, { target, baseline, base }: TargetWork): Promise<TargetOutcome> {
  const unsearched = { target, baseline, trajectories: 0, turns: [], usage: NO_USAGE };
  try {
    bench.onProgress(`building and checking ${target.source} as it is`);
    const measured = await measureOwn(bench, target, baseline);
    if (base === undefined) return { ...unsearched, measured };
    bench.onProgress(`comparing ${target.source} with the base branch`);
    const { comparison: againstBase } = await measureAgainstBase(bench, target, baseline, base.files);
    return { ...unsearched, measured, againstBase };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { ...unsearched, baselineFailed: true, ended: error.problem };
  }
}
