#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { benchCommand } from './commands/bench.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import type { Door } from './commands/door.ts';
import { exportCommand } from './commands/export.ts';
import { optimizeCommand } from './commands/optimize.ts';
import { targetsCommand } from './commands/targets.ts';
import { verifyCommand } from './commands/verify.ts';
import { ConfigurationError, messageOf, UserError } from './core/errors.ts';
import { exitOnSignals } from './deliver/scratch-folder.ts';
import { escapeLog } from './report/escape.ts';

/** The command line's door: arguments in, exit status out. */
const door: Door = {
  env: process.env,
  color: process.stdout.hasColors?.() ?? false,
  print: (text) => console.log(text),
  step: (line) => console.error(escapeLog(line)),
  exit: (status) => {
    process.exitCode = status;
  },
};

exitOnSignals();
const program = new Command('kernelwright')
  .description(packageJson.description)
  .version(packageJson.version)
  .addHelpText(
    'after',
    `
Exit status: 0 done; 2 wrong usage or configuration; 3 the machine, the network or a permission; 1 a bug in Kernelwright.
             What came out of "verify" has statuses of its own, from 10 up: see "kernelwright verify --help".`,
  );
for (const make of [
  optimizeCommand,
  verifyCommand,
  benchCommand,
  targetsCommand,
  doctorCommand,
  exportCommand,
  demoCommand,
]) {
  program.addCommand(make(door).exitOverride().showSuggestionAfterError());
}

try {
  await program.exitOverride().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its own sentence; asking for help is no mistake.
    process.exitCode = error.exitCode === 0 ? 0 : new ConfigurationError('').exitCode;
  } else if (error instanceof UserError) {
    console.error(escapeLog(error.message));
    process.exitCode = error.exitCode;
  } else {
    console.error(escapeLog(error instanceof Error ? (error.stack ?? error.message) : messageOf(error)));
    process.exitCode = 1;
  }
}
