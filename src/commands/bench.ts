import { Command } from 'commander';
import type { Benchmark } from '../core/benchmark.ts';
import { ConfigurationError, orMistake } from '../core/errors.ts';
import type { Target } from '../core/target.ts';
import { benchmark } from '../measure/benchmark.ts';
import { createRecognizer } from '../measure/recognize.ts';
import { withWorkshop } from '../optimize.ts';
import { renderBenchmarks } from '../report/benchmark-table.ts';
import { readWithFiles } from '../targets/baseline.ts';
import { type DependencyGraph, dependencyGraph } from '../targets/dependencies/graph.ts';
import { requireCommit, WORKING_TREE } from '../targets/local-repository.ts';
import type { Door } from './door.ts';
import { chosenTargets, openRepository, readBaseline, readEach } from './local-targets.ts';
import { type Flags, harnessFrom, inputOption, rootOption, settingsFrom } from './options.ts';

export function benchCommand(door: Door): Command {
  return new Command('bench')
    .summary('check and time the code in the working tree, also against another revision')
    .description(
      'Checks targets as they are, times them at each workload, and says how near they come to what the GPU allows; modules also run eagerly and by torch.compile. No model is asked.',
    )
    .argument(
      '[target...]',
      "Targets of the configuration, or .py files in KernelBench's convention, or a project's build.toml; without any, all targets.",
    )
    .option('--base <ref>', 'Commit or branch whose code each target is compared with.')
    .addOption(inputOption('config', 'path'))
    .addOption(inputOption('device', 'kind'))
    .addOption(inputOption('sandbox', 'on|off'))
    .addOption(inputOption('python', 'path'))
    .addOption(rootOption())
    .option('--json', 'Print the result as JSON.')
    .addHelpText(
      'after',
      `
Exit status: 0 measured; 2 usage or configuration, or a target's own code could not be measured; 3 environment.

Examples:
  kernelwright bench
  kernelwright bench softmax --base main`,
    )
    .action((names: string[], flags: Flags) => run(names, flags, door));
}

async function run(names: readonly string[], flags: Flags, door: Door): Promise<void> {
  const settings = settingsFrom(flags, door.env, { model: false });
  const repository = await openRepository(flags);
  const recognize = createRecognizer(() => harnessFrom(settings, door.env), door.env);
  const chosen = await chosenTargets(repository, settings.config, names, recognize);
  const base = typeof flags.base === 'string' ? flags.base : undefined;
  if (base !== undefined) await requireCommit(String(flags.root), base);
  // All is read before anything is measured, so that nobody waits to hear that nothing can be.
  const graphs = {
    head: dependencyGraph(repository, WORKING_TREE),
    ...(base === undefined ? {} : { base: dependencyGraph(repository, base) }),
  };
  const work = await readEach(chosen, (target) => read(graphs, target));
  const harness = await harnessFrom(settings, door.env);
  const found = await withWorkshop({ harness, env: door.env, onStep: door.step }, async (workshop) => {
    const targets: Benchmark[] = [];
    for (const { name, found } of work) {
      if (found instanceof ConfigurationError) {
        targets.push({ target: name, outcome: 'failed', reason: found.problem });
        continue;
      }
      const { target, files, at } = found;
      door.step(`${target.name}: building and checking ${target.source}`);
      const bench = { ...workshop, onProgress: (text: string) => door.step(`${target.name}: ${text}`) };
      targets.push(await benchmark(bench, target, files, at));
    }
    return { ...workshop.hello, ...(base === undefined ? {} : { base }), targets };
  });
  door.print(flags.json ? JSON.stringify(found, undefined, 2) : renderBenchmarks(found, { color: door.color }));
  if (found.targets.some(({ outcome }) => outcome === 'failed')) door.exit(new ConfigurationError('').exitCode);
}

/** Of the working tree and of the revision that it is compared with: each file is read once for all targets. */
interface Graphs {
  readonly head: DependencyGraph;
  readonly base?: DependencyGraph;
}

async function read({ head, base }: Graphs, written: Target) {
  const { target, baseline: files } = await readBaseline(head, written);
  if (base === undefined) return { target, files };
  const then = await orMistake(readWithFiles(base, written));
  return { target, files, at: { files: then instanceof ConfigurationError ? then : then?.baseline } };
}
