import { join, resolve } from 'node:path';
import * as core from '@actions/core';
import packageJson from '../package.json' with { type: 'json' };
import { messageOf, UserError } from './core/errors.ts';
import { writeReportFiles } from './deliver/report-files.ts';
import { makeReportFolder } from './deliver/report-folder.ts';
import { exitOnSignals } from './deliver/scratch-folder.ts';
import { upsertComment } from './deliver/upsert-comment.ts';
import { createOctokit } from './events/octokit.ts';
import { requestFromEvent } from './events/request.ts';
import { readRunnerEnvironment } from './events/runner-environment.ts';
import { readSettings, secretValues } from './events/settings.ts';
import { findPackageRoot, findPython, type Harness } from './measure/harness.ts';
import { createRecognizer } from './measure/recognize.ts';
import { chooseModel } from './models/choose.ts';
import { optimize } from './optimize.ts';
import { planPullRequest } from './plan.ts';
import { JOURNAL_FILE } from './refine/journal/journal.ts';
import { renderComment } from './report/comment.ts';
import { escapeLog } from './report/escape.ts';
import { progressLine } from './report/progress-line.ts';
import { outputsOf } from './report/result.ts';
import { renderSummary } from './report/summary.ts';
import { githubRepository } from './targets/github-repository.ts';

/** The action's door: inputs and event in, outputs and exit status out. */
async function main(): Promise<void> {
  const { event, apiUrl, runUrl } = await readRunnerEnvironment(process.env);
  const request = requestFromEvent(event);
  // Before the settings: a pull request from a fork gets no secrets, and shall be told that it is ignored, not that a key is missing.
  if (request.kind === 'ignored') return nothingToDo(request.reason);
  if (request.kind !== 'optimize') return nothingToDo('this version acts only on pull_request events');
  const settings = readSettings(core.getInput, process.env);
  for (const secret of secretValues(settings)) core.setSecret(secret);

  say(settings.modelNotice);

  const octokit = createOctokit({
    token: settings.githubToken,
    apiUrl,
    log: { debug: core.debug, warn: core.warning },
  });
  const findHarness = async (): Promise<Harness> => {
    const packageRoot = findPackageRoot(import.meta.dirname);
    const python = await findPython(settings.python ?? process.env.KERNELWRIGHT_PYTHON, packageRoot);
    return { python, packageRoot, device: settings.device, sandbox: settings.sandbox };
  };
  const recognize = createRecognizer(findHarness, process.env);
  const plan = await planPullRequest(githubRepository(octokit, request), request, settings.config, recognize);
  if (plan.kind === 'nothing') return nothingToDo(plan.reason);

  const place = { dir: settings.reportDir, root: resolve(process.env.GITHUB_WORKSPACE || '.') };
  await makeReportFolder(place);
  const outcome = await optimize({
    harness: await findHarness(),
    env: process.env,
    targets: plan.targets,
    model: chooseModel(settings, (line) => say(escapeLog(line))),
    plan: settings.plan,
    budget: settings.budget,
    version: packageJson.version,
    // Never resumed: whatever lies in a checkout may be a pull request's, and evidence in a journal is believed.
    journal: { path: join(place.dir, JOURNAL_FILE), resume: false, log: (line) => say(escapeLog(line)) },
    onProgress: (progress) => say(progressLine(progress)),
    onStep: (line) => say(escapeLog(line)),
  });

  const context = {
    repository: { owner: request.owner, repo: request.repo },
    pullRequest: request.pullRequest,
    headSha: request.head.sha,
    version: packageJson.version,
    ...(runUrl === undefined ? {} : { runUrl }),
  };
  // The comment comes last: should GitHub refuse it, files, outputs and summary have the result.
  const files = await writeReportFiles(place, outcome, context);
  for (const [name, value] of Object.entries(outputsOf(outcome))) core.setOutput(name, value);
  core.setOutput('report-path', files.report);
  await core.summary.addRaw(renderSummary(outcome, context)).write();
  const comment = await upsertComment(octokit, { ...request, body: renderComment(outcome, context) });
  core.setOutput('comment-url', comment.url);
  core.info(`The comment was ${comment.action}: ${comment.url}`);
}

function nothingToDo(reason: string): void {
  core.setOutput('improved', 'false');
  core.info(`Nothing to do: ${escapeLog(reason)}.`);
}

function say(line: string | undefined): void {
  if (line !== undefined) core.info(line);
}

exitOnSignals();
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
