import { availableParallelism } from 'node:os';
import type { AgainstBase } from './core/benchmark.ts';
import { ConfigurationError, UserError } from './core/errors.ts';
import { type Model, NO_USAGE, TUNER } from './core/model.ts';
import type { RunOutcome, TargetOutcome } from './core/outcome.ts';
import type { Budget, SearchPlan } from './core/search-plan.ts';
import { hashFiles, type SourceFile } from './core/source.ts';
import type { Target } from './core/target.ts';
import { makeScratchFolder } from './deliver/scratch-folder.ts';
import { measureAgainstBase } from './measure/against-base.ts';
import { type Builder, createBuilder } from './measure/build.ts';
import { createDescriber, type Describer } from './measure/describe.ts';
import { examine, requireHealthy } from './measure/doctor.ts';
import { type Harness, skillsFolder } from './measure/harness.ts';
import { type Judge, startJudge } from './measure/judge.ts';
import type { Hello } from './measure/judge-report.ts';
import { createProjectTester, type ProjectTester } from './measure/project-tests.ts';
import { type Bench, type PreparedVerifier, prepareVerifier } from './measure/verifier.ts';
import { type Account, openAccount } from './refine/budget.ts';
import { type Journal, type JournalPlace, openJournal } from './refine/journal/journal.ts';
import { journaledBaseline } from './refine/journal/journaled-baseline.ts';
import { journaledComparison } from './refine/journal/journaled-comparison.ts';
import { journaledModel } from './refine/journal/journaled-model.ts';
import { journaledTurns } from './refine/journal/journaled-turns.ts';
import { journaledVerifier } from './refine/journal/journaled-verifier.ts';
import type { Progress } from './refine/progress.ts';
import { refineTarget } from './refine/search.ts';
import { readSkills, type Skill, skillsFor } from './skills/shipped.ts';
import type { Caller } from './targets/callers.ts';

/** A machine that can build and judge, held for the length of one piece of work. */
export interface Workshop {
  readonly judge: Judge;
  readonly build: Builder;
  readonly testProject: ProjectTester;
  readonly describe: Describer;
  readonly hello: Hello;
}

/** What a workshop is opened with. */
export interface WorkshopDoor {
  readonly harness: Harness;
  readonly env: NodeJS.ProcessEnv;
  /** Hears what it waits for. */
  readonly onStep?: (line: string) => void;
}

/**
 * Checks the machine, starts the judge and gives both to `work`; afterwards nothing of them is left, no process and no file.
 * Throws `EnvironmentError` when something is missing.
 */
export async function withWorkshop<T>(
  { harness, env, onStep }: WorkshopDoor,
  work: (workshop: Workshop) => Promise<T>,
): Promise<T> {
  await using scratch = await makeScratchFolder('kernelwright-');
  // Both import torch, which takes seconds: side by side. What the doctor says is the better message when both fail.
  const judge = startJudge(harness, env);
  try {
    const greeting = judge.hello(onStep);
    greeting.catch(() => {});
    requireHealthy(await examine(harness, env));
    const hello = await greeting;
    return await work({
      judge,
      hello,
      build: createBuilder(harness, hello.device, scratch.path, env),
      testProject: createProjectTester(harness, hello.device, scratch.path, env),
      describe: createDescriber(harness, hello.device, scratch.path, env),
    });
  } finally {
    await judge.close();
  }
}

/** A target with its own code, and what else is known of it. */
export interface TargetWork {
  readonly target: Target;
  readonly baseline: readonly SourceFile[];
  readonly callers?: readonly Caller[];
  /** The base branch, where the code is to be compared with it too; without files where it has none of the target. */
  readonly base?: { readonly files?: readonly SourceFile[] | undefined };
}

export interface OptimizeOptions {
  readonly harness: Harness;
  readonly env: NodeJS.ProcessEnv;
  readonly targets: readonly TargetWork[];
  /** Who proposes: a model, or the tuner, which needs none. */
  readonly model: Model | typeof TUNER;
  readonly plan: SearchPlan;
  /** Of the whole run, over all targets. */
  readonly budget: Budget;
  /** Kernelwright's. */
  readonly version: string;
  /** Where the run is written down; an earlier attempt at it goes on where the place says so. */
  readonly journal: JournalPlace;
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
  return withWorkshop(options, async (workshop) => {
    const { device, sandbox } = workshop.hello;
    const description = { ...options, model: nameOf(options.model), device, sandbox };
    const skills = await readSkills(skillsFolder(options.harness));
    await using journal = await openJournal({ ...options.journal, began }, description);
    const tellJournal = journaledTurns(journal);
    const run: Run = {
      ...options,
      workshop,
      journal,
      skills,
      account: openAccount(options.budget, journal.now),
      model: options.model === TUNER ? TUNER : journaledModel(options.model, journal),
      onProgress: (event) => {
        tellJournal(event);
        options.onProgress(event);
      },
    };
    const targets: TargetOutcome[] = [];
    for (const work of options.targets) {
      try {
        targets.push(await optimizeTarget(run, work));
      } catch (error) {
        if (!(error instanceof UserError) || targets.every((known) => known.turns.length === 0)) throw error;
        targets.push({ target: work.target, baseline: work.baseline, ...NOT_SEARCHED, ended: error.message });
        break;
      }
    }
    const outcome = { device, sandbox, model: nameOf(options.model), targets, seconds: journal.at() };
    await journal.end(outcome);
    return outcome;
  });
}

/** Of a target for which nobody was asked. */
const NOT_SEARCHED = { trajectories: 0, turns: [], usage: NO_USAGE } as const;

function nameOf(model: OptimizeOptions['model']): string {
  return model === TUNER ? TUNER : model.name;
}

/** A budget in dollars that nobody could keep is refused before anything is spent. */
function requireKnownPrice({ budget, model }: OptimizeOptions): void {
  if (model === TUNER || budget.usd === undefined || model.atMost({ system: '', messages: [] }).usd !== undefined)
    return;
  throw new ConfigurationError(
    `No price is known for the model ${model.name}, so \`budget-usd\` cannot be kept; give its \`price\`, or limit \`budget-tokens\` instead.`,
  );
}

/** What a run has, with its model and its progress written down. */
interface Run extends Omit<OptimizeOptions, 'journal'> {
  readonly workshop: Workshop;
  readonly skills: readonly Skill[];
  readonly account: Account;
  readonly journal: Journal;
}

async function optimizeTarget(run: Run, work: TargetWork): Promise<TargetOutcome> {
  const { workshop, journal, onStep } = run;
  const { target, baseline, callers = [] } = work;
  const bench: Bench = { ...workshop, onProgress: (text) => onStep(`${target.name}: ${text}`) };
  let verifier: PreparedVerifier;
  run.onProgress({ kind: 'preparing', target: target.name });
  try {
    const prepare = () => {
      onStep(`${target.name}: building and checking ${target.source} as it is`);
      return prepareVerifier(bench, target, baseline);
    };
    verifier = await journaledBaseline(target.name, prepare, journal);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    onStep(error.message);
    const outcome: TargetOutcome = {
      target,
      baseline,
      ...NOT_SEARCHED,
      baselineFailed: true,
      ended: error.problem,
    };
    run.onProgress({ kind: 'done', target: target.name, outcome });
    return outcome;
  }
  const againstBase = await compareWithBase(run, bench, work);
  const outcome = await refineTarget({
    target: verifier.target,
    baseline,
    callers,
    device: workshop.hello.device,
    skills: skillsFor(run.skills, target, workshop.hello.device).map(({ text }) => text),
    ceilings: verifier.ceilings,
    baselineTimes: verifier.baselineTimes,
    model: run.model,
    verifier: journaledVerifier(verifier, { target: target.name, baseline: hashFiles(baseline) }, journal),
    plan: run.plan,
    account: run.account,
    buildsAtOnce: availableParallelism(),
    progress: run.onProgress,
  });
  return againstBase === undefined ? outcome : { ...outcome, againstBase };
}

/** The pull request's own code beside that of the base branch; undefined where nobody asked. */
async function compareWithBase(
  { workshop, journal, account, onStep, onProgress }: Run,
  bench: Bench,
  { target, baseline, base }: TargetWork,
): Promise<AgainstBase | undefined> {
  if (base === undefined) return undefined;
  const hashes = {
    head: hashFiles(baseline),
    ...(base.files === undefined ? {} : { base: hashFiles(base.files) }),
  };
  const measure = async () => {
    if (base.files !== undefined && hashes.base !== hashes.head)
      onStep(`${target.name}: comparing ${target.source} with the base branch`);
    const { comparison } = await measureAgainstBase(bench, target, baseline, base.files);
    return comparison;
  };
  const againstBase = await journaledComparison({ target: target.name, ...hashes }, measure, journal);
  if (againstBase.kind === 'measured' && workshop.hello.device.kind === 'cuda')
    account.addGpuSeconds(againstBase.seconds);
  onProgress({ kind: 'compared', target: target.name, againstBase });
  return againstBase;
}
