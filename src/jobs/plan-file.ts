import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ConfigurationError, EnvironmentError, messageOf } from '../core/errors.ts';
import type { SourceFile } from '../core/source.ts';
import { hashFiles } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import { sha256 } from '../refine/journal/measurement-schema.ts';

/*
 * What the first of three jobs found, for the two after it. Artifacts are storage that every job of a run can write to, the one beside a
 * GPU too; so the hash of this file travels as an output of the first job, and whoever reads it holds it to that.
 */

const PLAN_VERSION = 2;

const commit = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const repositoryName = z.string().regex(/^[^/\s]+\/[^/\s]+$/);

const plannedTarget = z.object({
  /** As the configuration of the base branch has it; ours, and bound by the plan's hash. */
  target: z.looseObject({ name: z.string() }).transform((value) => value as unknown as Target),
  /** The same as it is written, where that is something else: of a project without what its `build.toml` says. */
  written: z
    .looseObject({ name: z.string() })
    .transform((value) => value as unknown as Target)
    .exactOptional(),
  /** `hashFiles` over its files at the head. */
  baseline: sha256,
  /** The same at the base; absent where the base has none. */
  base: sha256.exactOptional(),
});

const planSchema = z.object({
  kind: z.literal('plan'),
  schema: z.literal(PLAN_VERSION),
  /** Kernelwright's. */
  version: z.string(),
  repository: repositoryName,
  pullRequest: z.int().positive(),
  base: z.object({ sha: commit, ref: z.string() }),
  head: z.object({ sha: commit, ref: z.string(), repository: repositoryName }),
  fromFork: z.boolean(),
  /** Who asked by a comment; absent where an event did. */
  command: z.object({ commentId: z.int().positive(), login: z.string() }).exactOptional(),
  action: z.enum(['optimize', 'bench']),
  /** What the command asked for in place of the inputs, by their names. */
  overrides: z.record(z.string(), z.string()),
  targets: z.array(plannedTarget).nonempty(),
  /** Targets that the changes reach as well and that cannot be read at the head, with the reasons; foreign in part. */
  leftOut: z.array(z.strictObject({ name: z.string(), because: z.string() })).readonly(),
  /** Names of the targets that one job optimizes, for each job. */
  groups: z.array(z.array(z.string()).nonempty()).nonempty(),
});

export type PlanFile = z.output<typeof planSchema>;
export type PlannedTarget = PlanFile['targets'][number];

/** The file's text and its SHA-256, in hex, over the UTF-8. */
export function renderPlan(plan: Omit<PlanFile, 'kind' | 'schema'>): { readonly text: string; readonly hash: string } {
  const text = `${JSON.stringify({ kind: 'plan', schema: PLAN_VERSION, ...plan })}\n`;
  return { text, hash: hashOf(text) };
}

/**
 * @param expected hash that the first job gave as its output
 * @param repository in which this job runs, `owner/name`
 * @throws ConfigurationError for another hash, version or repository; EnvironmentError for what is no plan
 */
export function parsePlan(text: string, path: string, expected: string, repository: string): PlanFile {
  if (hashOf(text) !== expected) {
    throw new ConfigurationError(
      `${path} is not what the job with "mode: plan" wrote: its SHA-256 is ${hashOf(text)} and not ${JSON.stringify(expected)}; pass that job's artifact, and its output plan-hash as the input "plan-hash".`,
    );
  }
  const plan = planSchema.safeParse(parseJson(text, path));
  if (!plan.success) {
    const [issue] = plan.error.issues;
    throw new EnvironmentError(
      `${path} is no plan that this version of Kernelwright reads (${issue?.path.join('.')}: ${issue?.message}); use the same version in all jobs of the workflow.`,
    );
  }
  if (plan.data.repository.toLowerCase() !== repository.toLowerCase()) {
    throw new ConfigurationError(`${path} is a plan for ${plan.data.repository}, and this job runs in ${repository}.`);
  }
  return plan.data;
}

/** The group of a job of the matrix. Throws ConfigurationError where the plan has none of that number. */
export function groupOf(plan: PlanFile, group: string): readonly PlannedTarget[] {
  const names = plan.groups[Number(group)];
  if (!/^\d+$/.test(group) || names === undefined) {
    throw new ConfigurationError(
      `The plan has groups 0 to ${plan.groups.length - 1}, and the input "group" is ${JSON.stringify(group)}; pass \${{ matrix.group }} of the matrix that the job with "mode: plan" gives.`,
    );
  }
  return plan.targets.filter(({ target }) => names.includes(target.name));
}

/** Throws EnvironmentError where files are not those of the plan: then something is wrong with a commit that cannot change. */
export function requirePlanned(files: readonly SourceFile[], expected: string, target: string): void {
  if (hashFiles(files) !== expected) {
    throw new EnvironmentError(
      `${target}: its files at the planned commit are not those that the plan was made of; run the workflow again.`,
    );
  }
}

export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EnvironmentError(`${path} is not JSON (${messageOf(error)}); pass the artifact as it was written.`);
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
