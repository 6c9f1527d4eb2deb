import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { execa } from 'execa';
import { EnvironmentError } from '../core/errors.ts';
import { findPackageRoot } from '../measure/harness.ts';
import type { Door } from './door.ts';

export function demoCommand(door: Door): Command {
  return new Command('demo')
    .summary('see the whole way from a pull request to a comment, without GitHub and without a key')
    .description(
      'Starts a local GitHub with a pull request and a local model with recorded answers, and runs the action on them.',
    )
    .argument('[target...]', 'Example kernels that the pull request changes; without any, all of them.')
    .addHelpText('after', '\nExample:\n  kernelwright demo softmax transpose')
    .action((targets: string[]) => demo(targets, door));
}

/** The demo's local GitHub and model belong to the tests and are not in the bundle: the demo runs from a clone. */
async function demo(targets: readonly string[], door: Door): Promise<void> {
  const root = join(findPackageRoot(import.meta.dirname), '..', '..');
  const script = join(root, 'test', 'demo', 'demo.ts');
  if (!existsSync(script) || !existsSync(join(root, 'node_modules', 'hono'))) {
    throw new EnvironmentError(
      'The demo runs from a clone of the repository: clone it, then run "npm ci && npm run demo" there.',
    );
  }
  const { exitCode } = await execa(process.execPath, [script, ...targets], {
    stdio: 'inherit',
    reject: false,
    killDescendants: true,
  });
  door.exit(exitCode ?? 1);
}
