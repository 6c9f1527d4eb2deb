import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Check, Device } from '../core/evidence.ts';
import type { SourceFile } from '../core/source.ts';
import type { Target } from '../core/target.ts';
import { askHarness } from './ask-harness.ts';
import { type Harness, harnessCommand } from './harness.ts';

const testSchema = z.object({
  name: z.string(),
  status: z.enum(['passed', 'failed', 'skipped']),
  message: z.string(),
});
/** One of a project's own tests, or the verification of one of its benchmarks. */
export type ProjectTest = z.infer<typeof testSchema>;

const answerSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('ran'), tests: z.array(testSchema), seconds: z.number() }),
  z.object({ outcome: z.literal('failed'), log: z.string(), seconds: z.number() }),
]);
export type ProjectTests = z.infer<typeof answerSchema>;

/** Runs the tests of a project in the sandbox, against the package at the path `built` and never against a published one. */
export type ProjectTester = (target: Target, files: readonly SourceFile[], built: string) => Promise<ProjectTests>;

/** A tester for one device. Each run is a process of its own, in a fresh folder below `workDirectory`, which the caller removes at the end. */
export function createProjectTester(
  harness: Harness,
  device: Device,
  workDirectory: string,
  env: NodeJS.ProcessEnv,
): ProjectTester {
  return async ({ project }, files, built) => {
    const directory = await mkdtemp(join(workDirectory, 'project-tests-'));
    const command = harnessCommand(harness, 'project-tests', env);
    const request = { device: device.kind, directory, files, built, project };
    return answerSchema.parse(await askHarness(command, request, "The process that runs a project's tests", 900_000));
  };
}

const NAME = 'project-tests';
const MOST_NAMED = 3;

/**
 * The check that the candidate passes what the baseline passes. Tests that fail for the baseline too, such as those for other machines, say
 * nothing of a candidate; they are left out and named.
 */
export function projectCheck(baseline: ProjectTests, candidate: ProjectTests): Check {
  if (baseline.outcome === 'failed')
    return { name: NAME, status: 'skipped', detail: `they cannot be run for your own code: ${lastLine(baseline.log)}` };
  const passed = baseline.tests.filter(({ status }) => status === 'passed');
  const leftOut = baseline.tests.filter(({ status }) => status === 'failed');
  const without = leftOut.length === 0 ? '' : `; left out, since your own code fails them here: ${named(leftOut)}`;
  if (passed.length === 0) {
    const why = baseline.tests.find(({ status }) => status === 'skipped')?.message ?? 'none passes for your own code';
    return { name: NAME, status: 'skipped', detail: `${why}${without}` };
  }
  if (candidate.outcome === 'failed')
    return { name: NAME, status: 'failed', detail: `they cannot be run: ${lastLine(candidate.log)}` };
  const found = new Map(candidate.tests.map((test) => [test.name, test]));
  const failed = passed.flatMap(({ name }) => {
    const test = found.get(name) ?? { name, status: 'failed' as const, message: 'it did not run' };
    return test.status === 'passed' ? [] : [test];
  });
  const [first] = failed;
  if (first !== undefined) {
    const more = failed.length > 1 ? ` (and ${failed.length - 1} more of ${passed.length})` : '';
    return { name: NAME, status: 'failed', detail: `${first.name}: ${first.message || first.status}${more}` };
  }
  const counted =
    passed.length === 1 ? "one of the project's own tests" : `${passed.length} of the project's own tests`;
  return { name: NAME, status: 'passed', detail: `${counted} passed${without}` };
}

function named(tests: readonly ProjectTest[]): string {
  const names = tests.slice(0, MOST_NAMED).map(({ name }) => name);
  return [...names, ...(tests.length > MOST_NAMED ? [`${tests.length - MOST_NAMED} more`] : [])].join(', ');
}

function lastLine(log: string): string {
  return log.trimEnd().split('\n').at(-1) ?? '';
}
