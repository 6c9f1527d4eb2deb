import { resolve } from 'node:path';
import * as core from '@actions/core';
import packageJson from '../package.json' with { type: 'json' };
import { messageOf, UserError } from './core/errors.ts';
import { exitOnSignals } from './deliver/scratch-folder.ts';
import type { InputName } from './events/inputs.ts';
import { createOctokit } from './events/octokit.ts';
import { requestFromEvent } from './events/request.ts';
import { readRunnerEnvironment } from './events/runner-environment.ts';
import { readSettings, secretValues } from './events/settings.ts';
import type { JobDoor } from './jobs/door.ts';
import { runJob } from './jobs/run-job.ts';
import { findPackageRoot, findPython, type Harness } from './measure/harness.ts';
import { createRecognizer } from './measure/recognize.ts';
import { escapeLog } from './report/escape.ts';

/** What is still done when the runner cancels the job. */
let cancelled: (() => Promise<void>) | undefined;

/** The action's door: inputs and event in, outputs and exit status out. */
async function main(): Promise<void> {
  const { event, apiUrl, runId, runUrl } = await readRunnerEnvironment(process.env);
  const request = requestFromEvent(event);
  // Before the settings: a pull request from a fork gets no secrets, and shall be told that it is ignored, not that a key is missing.
  if (request.kind === 'ignored') {
    core.setOutput('improved', 'false');
    core.setOutput('groups', '[]');
    return core.info(`Nothing to do: ${escapeLog(request.reason)}.`);
  }
  const settingsWith = (overrides: Readonly<Record<string, string>>) =>
    readSettings((name: InputName) => overrides[name] ?? core.getInput(name), process.env);
  const settings = settingsWith({});
  for (const secret of secretValues(settings)) core.setSecret(secret);

  const findHarness = async (): Promise<Harness> => {
    const packageRoot = findPackageRoot(import.meta.dirname);
    const python =
      settings.python === undefined
        ? await findPython(process.env.KERNELWRIGHT_PYTHON, packageRoot)
        : await findPython(settings.python, packageRoot, 'The input "python"');
    return { python, packageRoot, device: settings.device, sandbox: settings.sandbox };
  };
  const door: JobDoor = {
    ...{ settings, settingsWith, findHarness, repository: event.repository, runId },
    ...(runUrl === undefined ? {} : { runUrl }),
    octokit: createOctokit({
      token: settings.githubToken,
      apiUrl,
      log: { debug: core.debug, warn: core.warning },
    }),
    version: packageJson.version,
    env: process.env,
    workspace: resolve(process.env.GITHUB_WORKSPACE || '.'),
    recognize: createRecognizer(findHarness, process.env),
    say: (line) => core.info(escapeLog(line)),
    output: core.setOutput,
    summarize: async (markdown) => {
      await core.summary.addRaw(markdown).write();
    },
    onCancel: (work) => {
      cancelled = work;
    },
  };
  await runJob(door, request);
}

exitOnSignals(async () => cancelled?.());
try {
  await main();
} catch (error) {
  // What a user can mend is one clear sentence; a bug keeps its stack. The line breaks of both become `%0A`: none starts a command.
  core.setFailed(
    error instanceof UserError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : messageOf(error),
  );
}
