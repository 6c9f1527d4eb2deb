import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Command } from 'commander';
import { applyPatch } from 'diff';
import { ConfigurationError, messageOf } from '../core/errors.ts';
import { candidateOf, hashFiles, type SourceFile } from '../core/source.ts';
import { EXIT_CODES } from '../core/verdict.ts';
import { prepareVerifier } from '../measure/verifier.ts';
import { withWorkshop } from '../optimize.ts';
import { renderVerdict } from '../report/terminal.ts';
import { localRepository } from '../targets/local-repository.ts';
import type { Door } from './door.ts';
import { readBaseline, readLocalConfiguration, targetNamed } from './local-targets.ts';
import { type Flags, harnessFrom, inputOption, rootOption, settingsFrom } from './options.ts';

export function verifyCommand(door: Door): Command {
  return new Command('verify')
    .summary('judge one candidate against the code in the working tree')
    .description(
      'Builds a candidate, checks it, measures it against the code in the working tree, and says what can be said of it.',
    )
    .requiredOption('--target <name>', 'Target of the configuration.')
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
  kernelwright verify --target softmax --candidate softmax.patch --json > evidence.json`,
    )
    .action((flags: Flags) => verify(flags, door));
}

async function verify(flags: Flags, door: Door): Promise<void> {
  const settings = settingsFrom(flags, door.env, { model: false });
  const repository = localRepository(String(flags.root));
  const target = targetNamed(await readLocalConfiguration(repository, settings.config), String(flags.target));
  const baseline = await readBaseline(repository, target);
  const candidate = candidateOf(await readCandidate(String(flags.candidate), baseline));
  const harness = await harnessFrom(settings, door.env);
  const evidence = await withWorkshop(harness, door.env, async (workshop) => {
    const bench = { ...workshop, onProgress: door.step };
    door.step(`building and checking ${target.source} as it is`);
    const verifier = await prepareVerifier(bench, target, baseline);
    door.step(
      `building and checking the candidate${candidate.hash === hashFiles(baseline) ? ', which is the same file' : ''}`,
    );
    return verifier.confirm(candidate);
  });
  door.print(flags.json ? JSON.stringify(evidence, undefined, 2) : renderVerdict(evidence, { color: door.color }));
  door.exit(EXIT_CODES[evidence.verdict]);
}

/** The candidate's files: the file as it is, or the baseline with a patch applied. */
async function readCandidate(path: string, baseline: readonly SourceFile[]): Promise<SourceFile[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigurationError(`The candidate ${path} cannot be read: ${messageOf(error)}.`, { cause: error });
  });
  const isPatch = ['.patch', '.diff'].includes(extname(path));
  return baseline.map((file) => {
    if (!isPatch) return { ...file, content: text };
    const patched = tryPatch(file.content, text);
    if (patched === false) {
      throw new ConfigurationError(
        `The patch ${path} does not apply to ${file.path} as it is in the working tree: check out the commit that it was made for.`,
      );
    }
    return { ...file, content: patched };
  });
}

function tryPatch(content: string, patch: string): string | false {
  try {
    return applyPatch(content, patch);
  } catch {
    return false;
  }
}
