import { Command } from 'commander';
import { hashFiles } from '../core/source.ts';
import { EXIT_CODES } from '../core/verdict.ts';
import { withModes } from '../measure/mode-columns.ts';
import { createRecognizer } from '../measure/recognize.ts';
import { prepareVerifier } from '../measure/verifier.ts';
import { withWorkshop } from '../optimize.ts';
import { targetFiles } from '../refine/target-files.ts';
import { renderVerdict } from '../report/terminal.ts';
import { candidateFor } from '../targets/candidate-for.ts';
import { dependencyGraph } from '../targets/dependencies/graph.ts';
import { WORKING_TREE } from '../targets/local-repository.ts';
import { readCandidate } from './candidate.ts';
import type { Door } from './door.ts';
import { findTarget, openRepository, readBaseline } from './local-targets.ts';
import { type Flags, harnessFrom, inputOption, rootOption, settingsFrom } from './options.ts';

export function verifyCommand(door: Door): Command {
  return new Command('verify')
    .summary('judge one candidate against the code in the working tree')
    .description(
      'Builds a candidate, checks it, measures it against the code in the working tree, and says what can be said of it.',
    )
    .requiredOption(
      '--target <name>',
      "Target of the configuration, or a .py file in KernelBench's convention, or a project's build.toml.",
    )
    .requiredOption(
      '--candidate <file>',
      'The whole new source file, or a patch (.patch, .diff) against the one in the working tree.',
    )
    .addOption(inputOption('config', 'path'))
    .addOption(inputOption('device', 'kind'))
    .addOption(inputOption('sandbox', 'on|off'))
    .addOption(inputOption('python', 'path'))
    .addOption(rootOption())
    .option('--json', 'Print the evidence as JSON.')
    .addHelpText(
      'after',
      `
Exit status: 0 faster, 10 not-proven, 11 slower, 20 incorrect, 21 rejected, 30 build-failed, 31 crashed, 32 timed-out,
             2 usage or configuration, 3 environment.

Examples:
  kernelwright verify --target softmax --candidate softmax_new.cu
  kernelwright verify --target softmax --candidate softmax.patch --json > evidence.json
  kernelwright verify --target models/attention.py --candidate attention_new.py`,
    )
    .action((flags: Flags) => verify(flags, door));
}

async function verify(flags: Flags, door: Door): Promise<void> {
  const settings = settingsFrom(flags, door.env, { model: false });
  const repository = await openRepository(flags);
  const recognize = createRecognizer(() => harnessFrom(settings, door.env), door.env);
  const found = await findTarget(repository, settings.config, String(flags.target), recognize);
  const { target, baseline } = await readBaseline(dependencyGraph(repository, WORKING_TREE), found);
  const files = targetFiles(target, baseline);
  const written = await readCandidate(String(flags.candidate), files);
  const candidate = candidateFor(target, [...written, ...files.readOnly]);
  const harness = await harnessFrom(settings, door.env);
  const evidence = await withWorkshop({ harness, env: door.env, onStep: door.step }, async (workshop) => {
    const bench = { ...workshop, onProgress: door.step };
    door.step(`building and checking ${target.source} as it is`);
    const verifier = await prepareVerifier(bench, target, baseline);
    door.step(
      `building and checking the candidate${candidate.hash === hashFiles(baseline) ? ', which is the same file' : ''}`,
    );
    return withModes(await verifier.confirm(candidate), verifier);
  });
  door.print(flags.json ? JSON.stringify(evidence, undefined, 2) : renderVerdict(evidence, { color: door.color }));
  door.exit(EXIT_CODES[evidence.verdict]);
}
