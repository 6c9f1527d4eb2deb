import { execa } from 'execa';
import { z } from 'zod';
import { EnvironmentError } from '../core/errors.ts';
import { type Harness, harnessCommand } from './harness.ts';

const findingsSchema = z.array(
  z.object({
    name: z.string(),
    /** `optional`: absent, but work goes on without it. */
    status: z.enum(['ok', 'missing', 'optional']),
    detail: z.string(),
  }),
);
export type Finding = z.infer<typeof findingsSchema>[number];

/** Looks for everything that a measurement needs on this machine. */
export async function examine(harness: Harness, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const command = harnessCommand(harness, 'doctor', env);
  const result = await execa(command.file, command.arguments, { ...command.options, reject: false, timeout: 120_000 });
  if (result.exitCode !== 0) {
    throw new EnvironmentError(
      `Kernelwright's Python side could not be started with ${harness.python}: ${result.stderr.trim().split('\n').at(-1) || result.shortMessage}`,
    );
  }
  return findingsSchema.parse(JSON.parse(result.stdout));
}

/** Throws one `EnvironmentError` that names all that is missing, each with what to do. */
export function requireHealthy(findings: readonly Finding[]): void {
  const missing = findings.filter((finding) => finding.status === 'missing');
  if (missing.length > 0) {
    throw new EnvironmentError(missing.map((finding) => `${finding.name}: ${finding.detail}`).join('\n'));
  }
}
