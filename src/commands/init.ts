import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { ConfigurationError } from '../core/errors.ts';
import { isThere, writeRepositoryFile } from '../deliver/repository-file.ts';
import { INPUTS } from '../events/inputs.ts';
import { nextSteps } from '../report/next-steps.ts';
import { type DraftedFile, renderSurvey, surveyAsData } from '../report/survey-list.ts';
import { configurationFile } from '../targets/draft/configuration-file.ts';
import { isSkipped } from '../targets/draft/file-role.ts';
import { type Survey, surveyRepository } from '../targets/draft/survey.ts';
import { WORKFLOW_PATH, workflowFile } from '../targets/draft/workflow-file.ts';
import { repositoryAround } from '../targets/git.ts';
import { listLocalFiles } from '../targets/local-files.ts';
import type { Door } from './door.ts';
import { checkDrafts } from './init-check.ts';
import { openRepository } from './local-targets.ts';
import { type Flags, inputOption, rootOption, settingsFrom } from './options.ts';

export function initCommand(door: Door): Command {
  return new Command('init')
    .summary('draft the configuration and the workflow for a repository')
    .description(
      'Reads the repository and drafts the configuration for the kernels, modules and functions in it, and the workflow. Each guess in it says where it came from. Then looks at the machine, and measures the first target that can be measured.',
    )
    .option('--force', 'Overwrite files that are there, without asking.')
    .option('--dry-run', 'Print the files instead of writing them; check nothing.')
    .option('--no-check', 'Neither look at the machine nor measure anything.')
    .addOption(inputOption('config', 'path'))
    .addOption(inputOption('device', 'kind'))
    .addOption(inputOption('sandbox', 'on|off'))
    .addOption(inputOption('python', 'path'))
    .addOption(rootOption())
    .option('--json', 'Print what was found and done as JSON.')
    .addHelpText(
      'after',
      `
Exit status: 0 drafted, and what was measured works; 2 usage, nothing to draft, or no draft could be measured;
             3 environment.

Examples:
  kernelwright init --dry-run
  kernelwright init --device emulated`,
    )
    .action((flags: Flags) => init(flags, door));
}

async function init(flags: Flags, door: Door): Promise<void> {
  const settings = settingsFrom(flags, door.env, { model: false });
  const repository = await openRepository(flags);
  const root = resolve(String(flags.root));
  if (settings.config === WORKFLOW_PATH)
    throw new ConfigurationError(`--config is ${WORKFLOW_PATH}, where the workflow goes; name another file.`);
  await requirePlaces(root, [settings.config, WORKFLOW_PATH]);
  // Before anything is read: a large repository takes a while.
  if (!flags.force && !flags.dryRun && door.ask === undefined)
    await refuseToOverwrite(root, [settings.config, WORKFLOW_PATH]);
  const around = await repositoryAround(root);
  if (around !== undefined)
    door.step(
      `note: GitHub reads ${WORKFLOW_PATH} only in the root of the repository, which is ${around}; run "kernelwright init -C ${around}" for pull requests`,
    );
  const paths = await listLocalFiles(root, isSkipped);
  door.step(`reading the repository: ${paths.length} files`);
  const survey = await surveyRepository(repository, paths);
  const drafted = draftedFiles(survey, settings.config);
  const files = flags.dryRun ? drafted : await writeAll(root, drafted, flags.force === true, door);
  if (!flags.json) {
    const shown = flags.dryRun
      ? drafted.map(({ path, content }) => `# ${path}\n${content}`)
      : [renderSurvey(survey, files, door)];
    door.print(shown.join('\n'));
  }
  const check =
    flags.check === false || flags.dryRun
      ? undefined
      : await checkDrafts(survey, settings, repository, flags.json === true, door);
  if (flags.json) door.print(JSON.stringify({ ...surveyAsData(survey), files, ...check }, undefined, 2));
  const places = { config: settings.config, workflow: WORKFLOW_PATH };
  if (!flags.dryRun) for (const line of nextSteps(survey, files, places)) door.step(`next: ${line}`);
}

/** @throws ConfigurationError where the repository has nothing that could be optimized. */
function draftedFiles(survey: Survey, config: string): DraftedFile[] {
  const configuration = configurationFile(survey);
  if (configuration === undefined && survey.convention.length === 0) throw nothingFound(survey);
  const workflow = workflowFile(config, INPUTS.config.default);
  return [
    ...(configuration === undefined ? [] : [{ path: config, outcome: 'not written', content: configuration } as const]),
    { path: WORKFLOW_PATH, outcome: 'not written', content: workflow },
  ];
}

function nothingFound({ leftOut: [first] }: Survey): ConfigurationError {
  const seen = first === undefined ? '' : ` (${first.name} in ${first.spot.path}: ${first.because})`;
  return new ConfigurationError(
    `There is nothing here to draft a target for${seen}: Kernelwright optimizes CUDA kernels and their extern "C" launchers in .cu files, and torch.nn.Module classes and wrappers of Triton kernels in .py files, and projects of kernel-builder; name the root of the repository by -C.`,
  );
}

/** @throws ConfigurationError where a file stands in the place of a folder, or a folder in that of a file. */
async function requirePlaces(root: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const segments = path.split('/');
    for (const length of segments.keys()) {
      const place = segments.slice(0, length + 1).join('/');
      const found = await stat(join(root, place)).catch(() => undefined);
      const isLast = place === path;
      if (found === undefined || found.isDirectory() !== isLast) continue;
      const instead = isLast ? `a folder, where the file ${path} goes` : `a file, where the folder of ${path} goes`;
      throw new ConfigurationError(`${place} is ${instead}; move it away.`);
    }
  }
}

async function refuseToOverwrite(root: string, paths: readonly string[]): Promise<void> {
  const there: string[] = [];
  for (const path of paths) if (await isThere(root, path)) there.push(path);
  if (there.length === 0) return;
  throw new ConfigurationError(
    `There ${there.length === 1 ? 'is' : 'are'} ${there.join(' and ')} already, and nothing was written: overwrite by --force, or see the draft by --dry-run.`,
  );
}

async function writeAll(
  root: string,
  drafted: readonly DraftedFile[],
  force: boolean,
  door: Door,
): Promise<DraftedFile[]> {
  // All is asked before anything is written.
  const wanted: { file: DraftedFile; write: boolean }[] = [];
  for (const file of drafted) {
    const overwrites = !force && (await isThere(root, file.path));
    wanted.push({ file, write: !overwrites || (await door.ask?.(`Overwrite ${file.path}?`)) === true });
  }
  const files: DraftedFile[] = [];
  for (const { file, write } of wanted) {
    if (write) await writeRepositoryFile(root, file.path, file.content);
    files.push({ ...file, outcome: write ? 'written' : 'kept' });
  }
  return files;
}
