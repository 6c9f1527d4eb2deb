import { Command } from 'commander';
import { EnvironmentError, orMistake } from '../core/errors.ts';
import { isPython } from '../core/target.ts';
import { createRecognizer } from '../measure/recognize.ts';
import { renderTargetList, renderTargetListJson } from '../report/target-list.ts';
import type { Configuration } from '../targets/configuration.ts';
import { type ConventionSelection, changedConventionTargets } from '../targets/convention-targets.ts';
import { type DependencyGraph, dependencyGraph } from '../targets/dependencies/graph.ts';
import { WORKING_TREE } from '../targets/local-repository.ts';
import type { Repository } from '../targets/repository.ts';
import { type Selection, selectTargets } from '../targets/select.ts';
import { pathsNeeded, unnamedKernels } from '../targets/unnamed-kernels.ts';
import type { Door } from './door.ts';
import { noConfiguration, openRepository, readChanges, readConfigurationIfThere } from './local-targets.ts';
import { type Flags, harnessFrom, inputOption, rootOption, settingsFrom } from './options.ts';

export function targetsCommand(door: Door): Command {
  return new Command('targets')
    .summary('list what would be optimized, and why')
    .description(
      "Compares the working tree with --base and lists the targets of the configuration that the changes reach: those whose source changed, and those that include or import what changed; also changed files in KernelBench's convention, which need no configuration. For all else it says why it is left out. Nothing is built or run.",
    )
    .option('--base <ref>', 'Commit or branch to compare with; without it, the last commit.')
    .addOption(inputOption('config', 'path'))
    .addOption(inputOption('sandbox', 'on|off'))
    .addOption(inputOption('python', 'path'))
    .addOption(rootOption())
    .option('--json', 'Print the list as JSON.')
    .addHelpText(
      'after',
      `
Exit status: 0 whatever was found; 2 usage or configuration; 3 no git, or no repository.

Examples:
  kernelwright targets
  kernelwright targets --base main --json`,
    )
    .action((flags: Flags) => list(flags, door));
}

async function list(flags: Flags, door: Door): Promise<void> {
  const settings = settingsFrom(flags, door.env, { model: false });
  const { config } = settings;
  const repository = await openRepository(flags);
  const written = await readConfigurationIfThere(repository, config);
  const configuration = written ?? { targets: [] };
  const changedFiles = await readChanges(repository, 'What changed is only known in one; name its root by -C.');
  const graph = dependencyGraph(repository, WORKING_TREE, changedFiles);
  const { selected, leftOut } = await selectTargets(configuration, changedFiles, graph);
  const recognize = createRecognizer(() => harnessFrom(settings, door.env), door.env);
  const modules = await conventionFiles(door, () =>
    changedConventionTargets(repository, WORKING_TREE, changedFiles, configuration, recognize),
  );
  const all = [...selected, ...modules.selected];
  if (written === undefined && all.length + modules.leftOut.length === 0)
    throw await noConfiguration(repository, config);
  const kernels = await unnamedKernels(configuration, changedFiles, graph);
  const found = {
    selected: all,
    leftOut: await withMissing(leftOut, configuration, repository),
    unnamed: [
      ...kernels.map((path) => ({ path, because: `no target names it; add one to ${config}` })),
      ...(await notImported(modules, configuration, graph)),
    ],
  };
  door.print(flags.json ? renderTargetListJson(found) : renderTargetList(found, { color: door.color }));
}

/**
 * Of a target whose source is not there and was not before, `did not change` would be true and no help. On GitHub a look would cost a request for
 * each target; here it costs nothing.
 */
async function withMissing(
  leftOut: Selection['leftOut'],
  { targets }: Configuration,
  repository: Repository,
): Promise<Selection['leftOut']> {
  const byName = new Map(targets.map((target) => [target.name, target]));
  return Promise.all(
    leftOut.map(async (each) => {
      const target = byName.get(each.name);
      if (target === undefined || target.kind === 'kernel-builder' || !each.because.endsWith(' did not change'))
        return each;
      if ((await orMistake(repository.readFile(target.source, WORKING_TREE))) !== undefined) return each;
      const key = isPython(target) ? target.kind : 'source';
      return { ...each, because: `there is no ${target.source}; correct "${key}" in the configuration` };
    }),
  );
}

/** Recognizing them takes the harness's Python and the sandbox; what is configured is told without them, too. */
async function conventionFiles(door: Door, find: () => Promise<ConventionSelection>): Promise<ConventionSelection> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    door.step(`whether changed .py files follow KernelBench's convention cannot be told here: ${error.message}`);
    return { selected: [], leftOut: [] };
  }
}

/** Files that a target imports are no targets themselves, and nobody expects them to be. */
async function notImported(
  { selected, leftOut }: ConventionSelection,
  configuration: Configuration,
  graph: DependencyGraph,
): Promise<ConventionSelection['leftOut']> {
  if (leftOut.length === 0) return [];
  const modules = [...configuration.targets, ...selected.map(({ target }) => target)].filter(isPython);
  const imported = await pathsNeeded(modules, graph);
  return leftOut.filter(({ path }) => !imported.has(path));
}
