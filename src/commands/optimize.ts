import { join, resolve } from 'node:path';
import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { ConfigurationError } from '../core/errors.ts';
import { keepOutOfGit } from '../deliver/keep-out-of-git.ts';
import { writeReportFiles } from '../deliver/report-files.ts';
import { makeReportFolder } from '../deliver/report-folder.ts';
import { createRecognizer } from '../measure/recognize.ts';
import { chooseModel } from '../models/choose.ts';
import { optimize } from '../optimize.ts';
import { JOURNAL_FILE } from '../refine/journal/journal.ts';
import { liveLines } from '../report/live-lines.ts';
import { progressLine } from '../report/progress-line.ts';
import { renderResult } from '../report/result.ts';
import { renderOutcome } from '../report/terminal.ts';
import { callersOf } from '../targets/callers.ts';
import { WORKING_TREE } from '../targets/local-repository.ts';
import { chooseTargets, sayLeftOut } from './choose-targets.ts';
import type { Door } from './door.ts';
import { openRepository, readBaseline, readEach } from './local-targets.ts';
import { type Flags, harnessFrom, inputOption, rootOption, settingsFrom } from './options.ts';
import { readResumed, settingsOfResumed } from './resume.ts';

export function optimizeCommand(door: Door): Command {
  return new Command('optimize')
    .summary('let a model improve kernels of the working tree, and keep what is proven')
    .description(
      'Asks a model for faster versions of kernels, checks and measures each, and writes the best as a patch. The working tree stays as it is.',
    )
    .argument(
      '[target...]',
      "Targets of the configuration, or .py files in KernelBench's convention, or a project's build.toml; without any, those that the changes since --base reach.",
    )
    .option('--base <ref>', 'Commit or branch to compare with; without it, the last commit.')
    .option('--all', 'Every target of the configuration.')
    .option(
      '--resume [journal]',
      'Go on with a run that was cut off, by its journal or the report folder that holds it; without a path, that of --report-dir.',
    )
    .addOption(inputOption('model', 'name'))
    .addOption(inputOption('base-url', 'url'))
    .addOption(inputOption('effort', 'how much'))
    .addOption(inputOption('trajectories', 'n'))
    .addOption(inputOption('turns', 'n'))
    .addOption(inputOption('policy', 'name'))
    .addOption(inputOption('budget-usd', 'dollars'))
    .addOption(inputOption('budget-tokens', 'n'))
    .addOption(inputOption('budget-minutes', 'minutes'))
    .addOption(inputOption('budget-gpu-minutes', 'minutes'))
    .addOption(inputOption('price', 'dollars'))
    .addOption(inputOption('max-tokens', 'n'))
    .addOption(inputOption('thinking', 'how'))
    .addOption(inputOption('model-effort', 'how much'))
    .addOption(inputOption('config', 'path'))
    .addOption(inputOption('device', 'kind'))
    .addOption(inputOption('sandbox', 'on|off'))
    .addOption(inputOption('python', 'path'))
    .addOption(inputOption('report-dir', 'dir'))
    .addOption(rootOption())
    .option('--json', 'Print the result as JSON.')
    .addHelpText(
      'after',
      `
The key for the model comes from the environment variable ANTHROPIC_API_KEY. Without one, the tuner searches the constants of
the code as it is, which needs no model: the same as --model tuner.
A target that cannot be read is left out, with the reason; the others are optimized.
Exit status: 0 when the search ended, whatever it found; 2 usage or configuration, or a target was left out, or no
             target's own code could be measured; 3 environment.
A run that was cut off goes on by --resume with the targets, the model, the plan and the budget of its journal. What was answered
and measured is not asked again; give --base-url, --price, --max-tokens, --thinking and --model-effort again where they were given.

Examples:
  kernelwright optimize softmax --effort high --budget-usd 5
  kernelwright optimize softmax --model tuner
  kernelwright optimize --base main
  kernelwright optimize --resume
  kernelwright optimize --all --base-url http://localhost:8080 --model qwen3-coder`,
    )
    .action((names: string[], flags: Flags, command: Command) => {
      const given = (flag: string) => command.getOptionValueSource(flag) === 'cli';
      return run(names, flags, given, door);
    });
}

async function run(
  names: readonly string[],
  flags: Flags,
  given: (flag: string) => boolean,
  door: Door,
): Promise<void> {
  const local = settingsFrom(flags, door.env, { model: false });
  const resumed = flags.resume
    ? await readResumed(flags.resume === true ? true : String(flags.resume), local.reportDir, {
        names,
        all: flags.all === true,
      })
    : undefined;
  const wanted = resumed?.recorded.run.targets.map(({ name }) => name) ?? names;
  const repository = await openRepository(flags);
  const recognize = createRecognizer(() => harnessFrom(local, door.env), door.env);
  const sources = { repository, config: local.config, recognize };
  const { targets: chosen, graph, unread } = await chooseTargets(wanted, { all: flags.all === true }, sources, door);
  if (chosen.length === 0) {
    door.step('nothing to do: no target changed; name one, or use --all');
    if (unread.length > 0) door.exit(MISTAKE);
    return;
  }
  // What cannot be read is told before a key is asked for, too.
  const read = await readEach(chosen, async (target) => {
    const { target: whole, baseline } = await readBaseline(graph, target);
    return { target: whole, baseline, callers: await callersOf(repository, WORKING_TREE, whole, baseline) };
  });
  const targets = read.flatMap(({ found }) => (found instanceof ConfigurationError ? [] : [found]));
  const refused = read.flatMap(({ name, found }) =>
    found instanceof ConfigurationError ? [{ name, because: found.problem }] : [],
  );
  sayLeftOut(door, refused);
  // Only now: a mistyped name should not be answered by asking for a key.
  const asked = settingsFrom(flags, door.env, { model: true });
  const settings = resumed === undefined ? asked : settingsOfResumed(asked, resumed, given);
  if (settings.modelNotice !== undefined) door.step(settings.modelNotice);
  const root = resolve(String(flags.root));
  const place = { dir: settings.reportDir, root };
  await makeReportFolder(place);
  await keepOutOfGit(join(root, '.kernelwright'), settings.reportDir);
  const path = resumed?.path ?? join(settings.reportDir, JOURNAL_FILE);
  const journal = { path, resume: resumed !== undefined, log: door.step };
  const live = liveLines();
  const found = await optimize({
    harness: await harnessFrom(settings, door.env),
    env: door.env,
    targets,
    model: chooseModel(settings, door.step),
    plan: settings.plan,
    budget: settings.budget,
    version: packageJson.version,
    journal,
    onProgress: (event) => {
      const line = progressLine(event);
      if (line !== undefined) door.step(line);
      door.live?.(live.after(event));
    },
    onStep: door.step,
  });
  const outcome = { ...found, leftOut: [...unread, ...refused] };
  const files = await writeReportFiles(place, outcome, { version: packageJson.version });
  door.print(
    flags.json ? renderResult(outcome, Number.POSITIVE_INFINITY) : renderOutcome(outcome, { color: door.color }),
  );
  door.step(`the report is ${files.report}, the journal ${journal.path}`);
  for (const { target, path } of files.patches) door.step(`${target}: git apply ${path}`);
  if (outcome.leftOut.length > 0 || outcome.targets.every(({ baselineFailed }) => baselineFailed)) door.exit(MISTAKE);
}

const MISTAKE = new ConfigurationError('').exitCode;
