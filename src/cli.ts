#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { Command, CommanderError } from 'commander';
import { createLogUpdate } from 'log-update';
import packageJson from '../package.json' with { type: 'json' };
import { benchCommand } from './commands/bench.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import type { Door } from './commands/door.ts';
import { initCommand } from './commands/init.ts';
import { optimizeCommand } from './commands/optimize.ts';
import { targetsCommand } from './commands/targets.ts';
import { verifyCommand } from './commands/verify.ts';
import { ConfigurationError, messageOf, UserError } from './core/errors.ts';
import { exitOnSignals } from './deliver/scratch-folder.ts';
import { escapeLog } from './report/escape.ts';

/** On a terminal the last lines are redrawn; a log gets each line once. */
const redrawn = process.stderr.isTTY ? createLogUpdate(process.stderr) : undefined;

/** The command line's door: arguments in, exit status out. */
const door: Door = {
  env: process.env,
  color: process.stdout.hasColors?.() ?? false,
  print: (text) => console.log(text),
  step: (line) => (redrawn === undefined ? console.error(escapeLog(line)) : redrawn.persist(escapeLog(line))),
  ...(redrawn && { live: (lines) => (lines.length === 0 ? redrawn.clear() : redrawn(lines.join('\n'))) }),
  ...(process.stdin.isTTY && process.stderr.isTTY && { ask }),
  exit: (status) => {
    process.exitCode = status;
  },
};

/** Anything but a yes is a no, also the end of the input. */
async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    return /^y(es)?$/i.test((await Promise.race([terminal.question(`${escapeLog(question)} [y/N] `), closed])).trim());
  } finally {
    terminal.close();
  }
}

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
  initCommand,
  doctorCommand,
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
