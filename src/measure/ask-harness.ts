import { execa } from 'execa';
import { EnvironmentError } from '../core/errors.ts';
import type { harnessCommand } from './harness.ts';

/**
 * What a program of the harness answers to one request, both as JSON over its standard streams. Throws `EnvironmentError` when it fails,
 * which begins with `who`, or has no answer within `patience_ms`.
 */
export async function askHarness(
  command: ReturnType<typeof harnessCommand>,
  request: object,
  who: string,
  patience_ms = 600_000,
): Promise<unknown> {
  const result = await execa(command.file, command.arguments, {
    ...command.options,
    input: JSON.stringify(request),
    reject: false,
    timeout: patience_ms,
  });
  if (result.exitCode !== 0) {
    const said = result.stderr.trim().split('\n').at(-1) || result.shortMessage;
    throw new EnvironmentError(`${who} failed (${result.exitCode ?? result.signal ?? 'not started'}): ${said}`);
  }
  return JSON.parse(result.stdout);
}
