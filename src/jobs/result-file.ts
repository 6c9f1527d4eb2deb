import { z } from 'zod';
import { EnvironmentError } from '../core/errors.ts';
import type { RunOutcome, TargetOutcome, Turn } from '../core/outcome.ts';
import { type Candidate, hashFiles, type SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import {
  comparisonSchema,
  deviceSchema,
  evidenceSchema,
  ownMeasurementSchema,
  sandboxSchema,
  sha256,
} from '../refine/journal/measurement-schema.ts';
import { placeSchema, usageSchema } from '../refine/journal/schema.ts';
import { targetFiles } from '../refine/target-files.ts';
import { newFilesProblem } from '../targets/new-files.ts';
import { type PlanFile, type PlannedTarget, parseJson } from './plan-file.ts';

/*
 * What one job beside a GPU found. It ran code that nobody trusts, so nothing here is believed further than it can be checked: files must have the
 * hashes that the evidence is about, and be of the paths that the plan allows. Texts are escaped where they are shown, as always.
 */

const RESULT_VERSION = 1;
/** Levels of brackets; ours have a dozen. */
const DEEPEST = 64;

const files = z.array(z.object({ path: z.string(), content: z.string() }));
const candidateSchema = z.object({ files, hash: sha256 }) satisfies z.ZodType<Candidate>;

const trialSchema = z.object({
  values: z.record(z.string(), z.number()),
  verdict: evidenceSchema.shape.verdict,
  speedup: z.number().exactOptional(),
});

const turnSchema = placeSchema.extend({
  summary: z.string(),
  result: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('judged'),
      candidate: candidateSchema,
      evidence: evidenceSchema,
      tuned: z
        .object({
          varied: z.array(z.string()),
          values: z.record(z.string(), z.number()),
          trials: z.array(trialSchema),
          remark: z.string().exactOptional(),
        })
        .exactOptional(),
    }),
    z.object({ kind: z.literal('malformed'), problem: z.string() }),
  ]),
  usage: usageSchema,
  seconds: z.number(),
}) satisfies z.ZodType<Turn>;

const outcomeSchema = z.object({
  /** The plan has the rest. */
  target: z.string(),
  baseline: files,
  againstBase: comparisonSchema.exactOptional(),
  measured: ownMeasurementSchema.exactOptional(),
  trajectories: z.int().nonnegative(),
  turns: z.array(turnSchema),
  best: placeSchema.extend({ candidate: candidateSchema, evidence: evidenceSchema }).exactOptional(),
  baselineFailed: z.literal(true).exactOptional(),
  gpuSeconds: z.number().exactOptional(),
  ended: z.string().exactOptional(),
  usage: usageSchema,
}) satisfies z.ZodType<Omit<TargetOutcome, 'target'>>;

const resultSchema = z.object({
  kind: z.literal('result'),
  schema: z.literal(RESULT_VERSION),
  /** Hash of the plan that it is of. */
  plan: sha256,
  device: deviceSchema,
  sandbox: sandboxSchema,
  model: z.string(),
  seconds: z.number(),
  targets: z.array(outcomeSchema),
});

/** The file's text. */
export function renderResultFile(outcome: RunOutcome, plan: string): string {
  const targets = outcome.targets.map(({ target, ...rest }) => ({ target: target.name, ...rest }));
  return `${JSON.stringify({ kind: 'result', schema: RESULT_VERSION, plan, ...outcome, targets })}\n`;
}

/**
 * One job's part of a run.
 *
 * @param planHash of the plan that the reader holds
 * @throws EnvironmentError for what is no result, is of another plan, or does not hold together
 */
export function parseResult(text: string, path: string, plan: PlanFile, planHash: string): RunOutcome {
  const found = parseJson(text, path);
  // Fields that are not named stay, and what writes them down again goes as deep as they do.
  if (isDeeper(found, DEEPEST)) throw refusal(path, 'it is nested too deeply');
  const parsed = resultSchema.safeParse(found);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refusal(path, `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { kind: _, schema: __, plan: of, targets, ...rest } = parsed.data;
  if (of !== planHash) throw refusal(path, 'it is of another plan');
  return {
    ...rest,
    targets: targets.map(({ target: name, ...found }) => {
      const planned = plan.targets.find(({ target }) => target.name === name);
      if (planned === undefined) throw refusal(path, `the plan has no target ${JSON.stringify(name)}`);
      requireBound(found, planned, path);
      return { target: planned.target, ...found };
    }),
  };
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}

type Found = Omit<TargetOutcome, 'target'>;

/** Evidence is about bytes: those that are here. */
function requireBound({ baseline, turns, best }: Found, planned: PlannedTarget, path: string): void {
  const { name } = planned.target;
  if (hashFiles(baseline) !== planned.baseline) throw refusal(path, `${name}: its own code is not what was planned`);
  const judged = turns.flatMap(({ result }) => (result.kind === 'judged' ? [result] : []));
  for (const { candidate, evidence } of [...judged, ...(best === undefined ? [] : [best])]) {
    if (hashFiles(candidate.files) !== candidate.hash || evidence.hashes.candidate !== candidate.hash) {
      throw refusal(path, `${name}: the files of a candidate are not those that its evidence is about`);
    }
    if (evidence.hashes.baseline !== planned.baseline) {
      throw refusal(path, `${name}: a candidate was measured against other code`);
    }
    const problem = writingProblem(candidate.files, baseline, planned.target);
    if (problem !== undefined) throw refusal(path, `${name}: ${problem}`);
  }
}

/** What a candidate writes that none of this target may: it rewrites the target's own sources, and adds files where the plan lets it. */
function writingProblem(
  files: readonly SourceFile[],
  baseline: readonly SourceFile[],
  target: Target,
): string | undefined {
  if (new Set(files.map(({ path }) => path)).size < files.length) return 'a candidate has a file twice';
  const added = files.filter(({ path }) => baseline.every((file) => file.path !== path));
  const problem = newFilesProblem(added, target.newFiles, baseline);
  if (problem !== undefined) return `a candidate has files that the target has not: ${problem}`;
  const { readOnly } = targetFiles(target, baseline);
  const at = (path: string) => files.find((file) => file.path === path);
  const lost = baseline.find(({ path }) => at(path) === undefined);
  if (lost !== undefined) return `a candidate lacks ${lost.path}`;
  const changed = readOnly.find(({ path, content }) => at(path)?.content !== content);
  if (changed !== undefined) return `a candidate changes ${changed.path}, which it may only read`;
  return undefined;
}

function refusal(path: string, why: string): EnvironmentError {
  return new EnvironmentError(
    `${path} is no result of this run's plan (${why}); nothing of it is believed. Run the workflow again.`,
  );
}
