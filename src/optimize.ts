import { ConfigurationError, UserError } from './core/errors.ts';
import { type Model, NO_USAGE } from './core/model.ts';
import type { RunOutcome, TargetOutcome } from './core/outcome.ts';
import type { Budget, SearchPlan } from './core/search-plan.ts';
import type { SourceFile } from './core/source.ts';
import type { Target } from './core/target.ts';
import { makeScratchFolder } from './deliver/scratch-folder.ts';
import { type Builder, createBuilder } from './measure/build.ts';
import { createDescriber, type Describer } from './measure/describe.ts';
import { examine, requireHealthy } from './measure/doctor.ts';
import type { Harness } from './measure/harness.ts';
import { type Judge, startJudge } from './measure/judge.ts';
import type { Hello } from './measure/judge-report.ts';
import { type Bench, type PreparedVerifier, prepareVerifier } from './measure/verifier.ts';
import { type Account, openAccount } from './refine/budget.ts';
import type { Progress } from './refine/progress.ts';
import { refineTarget } from './refine/search.ts';

/** A machine that can build and judge, held for the length of one piece of work. */
export interface Workshop {
  readonly judge: Judge;
  readonly build: Builder;
  readonly describe: Describer;
  readonly hello: Hello;
}

/**
 * Checks the machine, starts the judge and gives both to `work`; afterwards nothing of them is left, no process and no file.
 * Throws `EnvironmentError` when something is missing.
 */
export async function withWorkshop<T>(
  harness: Harness,
  env: NodeJS.ProcessEnv,
  work: (workshop: Workshop) => Promise<T>,
): Promise<T> {
  await using scratch = await makeScratchFolder('kernelwright-');
  // Both import torch, which takes seconds: side by side. What the doctor says is the better message when both fail.
  const judge = startJudge(harness, env);
  try {
    const greeting = judge.hello();
    greeting.catch(() => {});
    requireHealthy(await examine(harness, env));
    const hello = await greeting;
    return await work({
      judge,
      hello,
      build: createBuilder(harness, hello.device, scratch.path, env),
      describe: createDescriber(harness, hello.device, scratch.path, env),
    });
  } finally {
    await judge.close();
  }
}

export interface OptimizeOptions {
  readonly harness: Harness;
  readonly env: NodeJS.ProcessEnv;
  readonly targets: readonly { readonly target: Target; readonly baseline: readonly SourceFile[] }[];
  readonly model: Model;
  readonly plan: SearchPlan;
  /** Of the whole run, over all targets. */
  readonly budget: Budget;
  readonly onProgress: (event: Progress) => void;
  /** Finer steps than `onProgress`, one line each. */
  readonly onStep: (line: string) => void;
}

/**
 * The whole search over all targets. A target whose own code does not work is reported as such and does not stop the others; once a
 * target has a result, a later failure ends the run early and what was found is still returned.
 */
export async function optimize(options: OptimizeOptions): Promise<RunOutcome> {
  const began = performance.now();
  requireKnownPrice(options);
  const account = openAccount(options.budget);
  return withWorkshop(options.harness, options.env, async (workshop) => {
    const targets: TargetOutcome[] = [];
    for (const { target, baseline } of options.targets) {
      try {
        targets.push(await optimizeTarget(options, workshop, account, target, baseline));
      } catch (error) {
        if (!(error instanceof UserError) || targets.every((known) => known.turns.length === 0)) throw error;
        targets.push({ target, baseline, trajectories: 0, turns: [], ended: error.message, usage: NO_USAGE });
        break;
      }
    }
    const { device, sandbox } = workshop.hello;
    return { device, sandbox, model: options.model.name, targets, seconds: (performance.now() - began) / 1000 };
  });
}

/** A budget in dollars that nobody could keep is refused before anything is spent. */
function requireKnownPrice({ budget, model }: OptimizeOptions): void {
  if (budget.usd === undefined || model.atMost({ system: '', messages: [] }).usd !== undefined) return;
  throw new ConfigurationError(
    `No price is known for the model ${model.name}, so budget-usd cannot be kept; give its price by the input "price", or limit budget-tokens instead.`,
  );
}

async function optimizeTarget(
  options: OptimizeOptions,
  workshop: Workshop,
  account: Account,
  target: Target,
  baseline: readonly SourceFile[],
): Promise<TargetOutcome> {
  const bench: Bench = { ...workshop, profile: true, onProgress: (text) => options.onStep(`${target.name}: ${text}`) };
  options.onStep(`${target.name}: building and checking ${target.source} as it is`);
  let verifier: PreparedVerifier;
  try {
    verifier = await prepareVerifier(bench, target, baseline);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    options.onStep(error.message);
    return {
      target,
      baseline,
      trajectories: 0,
      turns: [],
      baselineFailed: true,
      ended: error.problem,
      usage: NO_USAGE,
    };
  }
  return refineTarget({
    target: verifier.target,
    baseline,
    device: workshop.hello.device,
    ceilings: verifier.ceilings,
    baselineTimes: verifier.baselineTimes,
    model: options.model,
    verifier,
    plan: options.plan,
    account,
    progress: options.onProgress,
  });
}
