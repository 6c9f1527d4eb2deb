import { execa } from 'execa';
import { EnvironmentError } from '../core/errors.ts';
import type { harnessCommand } from './harness.ts';

/**
 * What a program of the harness answers to one request, both as JSON over its standard streams. Throws `EnvironmentError` when it fails,
 * which begins with `who`.
 */
export async function askHarness(
  command: ReturnType<typeof harnessCommand>,
  request: object,
  who: string,
): Promise<unknown> {
  const result = await execa(command.file, command.arguments, {
    ...command.options,
    input: JSON.stringify(request),
    reject: false,
    timeout: 600_000,
  });
  if (result.exitCode !== 0) {
    const said = result.stderr.trim().split('\n').at(-1) || result.shortMessage;
    throw new EnvironmentError(`${who} failed (${result.exitCode ?? result.signal ?? 'not started'}): ${said}`);
  }
  return JSON.parse(result.stdout);
}
