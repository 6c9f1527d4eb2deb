import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ConfigurationError, EnvironmentError, messageOf } from '../core/errors.ts';
import { TUNER } from '../core/model.ts';
import { writeFileAtomically } from '../deliver/write-file.ts';
import { type RecordedRun, readJournal } from '../refine/journal/read.ts';
import { dpoLines } from '../refine/training/dpo.ts';
import { grpoLines } from '../refine/training/grpo.ts';
import type { Sample } from '../refine/training/sample.ts';
import { samplesOf } from '../refine/training/samples.ts';
import { sftLines } from '../refine/training/sft.ts';
import type { Door } from './door.ts';
import { inputOption, rootOption, settingsFrom } from './options.ts';

const FORMATS = ['sft', 'grpo', 'dpo'] as const;
type Format = (typeof FORMATS)[number];

export function exportCommand(door: Door): Command {
  return new Command('export')
    .summary('turn journals of searches into training data')
    .description('Reads journals of "kernelwright optimize" and writes their turns as JSON Lines that trainers read.')
    .argument('[journal...]', 'Journals, or report folders with all theirs; without any, those of --report-dir.')
    .addOption(
      new Option('--format <format>', 'sft: what is worth imitating; grpo: all turns; dpo: pairs.')
        .choices(FORMATS)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'Where the lines are written; a file that is there is replaced.')
    .option(
      '--min-speedup <times>',
      'With sft: the least that a version must be faster than the baseline, as screened; 0 takes all correct ones.',
      readSpeedup,
      1,
    )
    .addOption(inputOption('report-dir', 'dir'))
    .addOption(rootOption())
    .option('--json', 'Print what was written as JSON.')
    .addHelpText(
      'after',
      `
docs/training.md says what the lines hold, and how TRL and verl read them.

Examples:
  kernelwright export --format grpo --out grpo.jsonl
  kernelwright export runs/*/journal.jsonl --format sft --min-speedup 1.5 --out sft.jsonl`,
    )
    .action((journals: string[], flags: ExportFlags) => run(journals, flags, door));
}

interface ExportFlags {
  readonly format: Format;
  readonly out: string;
  readonly minSpeedup: number;
  readonly reportDir: string;
  readonly root: string;
  readonly json?: true;
}

async function run(named: readonly string[], flags: ExportFlags, door: Door): Promise<void> {
  const { root, format, minSpeedup } = flags;
  const { reportDir } = settingsFrom({ root, reportDir: flags.reportDir }, door.env, { model: false });
  const found = (await Promise.all((named.length > 0 ? named : [reportDir]).map(journalsAt))).flat();
  // A turn that is there twice would count twice in its group.
  const paths = [...new Set(found.map((path) => resolve(path)))];
  const runs = await Promise.all(paths.map(readJournal));
  const samples = runs.flatMap(samplesOf);
  const lines = linesOf(format, samples, minSpeedup);
  if (samples.length === 0) throw noTurns(runs);
  if (lines.length === 0) throw nothingToExport(format, samples.length, minSpeedup);
  const out = resolve(flags.out);
  await write(out, lines);
  const tasks = new Set(samples.map(({ group }) => group)).size;
  door.print(
    flags.json
      ? JSON.stringify({ format: format, out, lines: lines.length, turns: samples.length, tasks })
      : `${lines.length} lines from ${samples.length} turns of ${tasks} ${tasks === 1 ? 'task' : 'tasks'} are in ${out}`,
  );
  door.step(
    'they hold source code of the repository and what compilers printed, as the model was told: treat them as you treat the code',
  );
}

function linesOf(format: Format, samples: readonly Sample[], minSpeedup: number): readonly object[] {
  switch (format) {
    case 'sft':
      return sftLines(samples, minSpeedup);
    case 'grpo':
      return grpoLines(samples);
    case 'dpo':
      return dpoLines(samples);
  }
}

function noTurns(runs: readonly RecordedRun[]): ConfigurationError {
  return new ConfigurationError(
    runs.every(({ run }) => run.model === TUNER)
      ? 'These journals are of the tuner, which has no conversation to learn from; name one of a run with a model.'
      : 'These journals hold no turn that came to an end; go on with the run by "kernelwright optimize --resume", or name others.',
  );
}

function nothingToExport(format: Format, turns: number, minSpeedup: number): ConfigurationError {
  return new ConfigurationError(
    format === 'sft'
      ? `None of ${turns} turns is correct and ${minSpeedup} times as fast as its baseline; give a smaller --min-speedup, 0 for all correct ones.`
      : `No two of ${turns} turns answered the same prompt with different scores; search with several trajectories, or with the policy best-of.`,
  );
}

/** A folder stands for all journals in it, those of earlier runs too. */
async function journalsAt(path: string): Promise<string[]> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined && !path.endsWith('.jsonl')) throw noJournalIn(path);
  if (!stats?.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => /^journal(\..*)?\.jsonl$/.test(name));
  if (names.length === 0) throw noJournalIn(path);
  return names.sort().map((name) => join(path, name));
}

function noJournalIn(path: string): ConfigurationError {
  return new ConfigurationError(
    `There is no journal in ${path}; name one, or another folder. "kernelwright optimize" writes one.`,
  );
}

async function write(path: string, lines: readonly object[]): Promise<void> {
  try {
    await writeFileAtomically(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  } catch (error) {
    throw new EnvironmentError(`${path} cannot be written (${messageOf(error)}); choose another --out.`, {
      cause: error,
    });
  }
}

function readSpeedup(text: string): number {
  const speedup = Number(text);
  if (text.trim() === '' || !(speedup >= 0))
    throw new InvalidArgumentError('Give a number of at least 0, such as 1.2.');
  return speedup;
}
