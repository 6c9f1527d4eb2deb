#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import type { Door } from './commands/door.ts';
import { optimizeCommand } from './commands/optimize.ts';
import { verifyCommand } from './commands/verify.ts';
import { ConfigurationError, UserError } from './core/errors.ts';
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

const program = new Command('kernelwright').description(packageJson.description).version(packageJson.version);
for (const make of [optimizeCommand, verifyCommand, doctorCommand, demoCommand]) {
  program.addCommand(make(door).exitOverride().showSuggestionAfterError());
}

try {
  await program.exitOverride().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed its own sentence; asking for help is no mistake.
    process.exitCode = error.exitCode === 0 ? 0 : new ConfigurationError('').exitCode;
  } else if (error instanceof UserError) {
    console.error(error.message);
    process.exitCode = error.exitCode;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
}
