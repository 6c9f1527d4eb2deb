import { Command } from 'commander';
import { renderTargetList, renderTargetListJson } from '../report/target-list.ts';
import { dependencyGraph } from '../targets/dependencies/graph.ts';
import { WORKING_TREE } from '../targets/local-repository.ts';
import { selectTargets } from '../targets/select.ts';
import { unnamedKernels } from '../targets/unnamed-kernels.ts';
import type { Door } from './door.ts';
import { openRepository, readChanges, readLocalConfiguration } from './local-targets.ts';
import { type Flags, inputOption, rootOption, settingsFrom } from './options.ts';

export function targetsCommand(door: Door): Command {
  return new Command('targets')
    .summary('list what would be optimized, and why')
    .description(
      'Compares the working tree with --base and lists the targets of the configuration that the changes reach: those whose source changed, and those that include or import what changed. For all else it says why it is left out. Nothing is built or run.',
    )
    .option('--base <ref>', 'Commit or branch to compare with; without it, the last commit.')
    .addOption(inputOption('config', 'path'))
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
  const { config } = settingsFrom(flags, door.env, { model: false });
  const repository = await openRepository(flags);
  const configuration = await readLocalConfiguration(repository, config);
  const changedFiles = await readChanges(repository, 'What changed is only known where there is git.');
  const graph = dependencyGraph(repository, WORKING_TREE, changedFiles);
  const selection = await selectTargets(configuration, changedFiles, graph);
  const unnamed = (await unnamedKernels(configuration, changedFiles, graph)).map((path) => ({
    path,
    because: `no target names it; add one to ${config}`,
  }));
  const found = { ...selection, unnamed };
  door.print(flags.json ? renderTargetListJson(found) : renderTargetList(found, { color: door.color }));
}
