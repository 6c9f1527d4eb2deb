import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { candidateOf, hashFiles, type SourceFile } from '../../src/core/source.ts';
import { makeScratchFolder } from '../../src/deliver/scratch-folder.ts';
import { storedResultOf } from '../../src/deliver/stored-result.ts';
import { renderPlan } from '../../src/jobs/plan-file.ts';
import { renderResultFile } from '../../src/jobs/result-file.ts';
import { withStored } from '../../src/jobs/stored.ts';
import { COMMENT_MARKER } from '../../src/report/comment.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { evidenceOf, H200, speedupOf } from '../refine/samples.ts';
import type { ActionResult } from './action-process.ts';
import { BOT, type RunChanges, type Scene } from './scene.ts';

/* What the jobs before the last one leave behind once a gain is proven, which this machine could not find. */

const CONFIG = '.github/kernelwright.yml';
export const KERNEL = 'kernels/scale.cu';

/** The head's kernel, and a candidate that is proven to be faster. */
async function gain({ repository, pull }: Scene, added: readonly SourceFile[] = []) {
  const content = (await repository.readFile(KERNEL, `refs/pull/${pull.number}/head`)) ?? '';
  const before = [{ path: KERNEL, content }];
  const faster = content.replace('127) / 128, 128', '255) / 256, 256');
  return { before, content: faster, candidate: candidateOf([{ path: KERNEL, content: faster }, ...added]) };
}

export interface Recorded {
  /** The kernel's bytes that were proven. */
  readonly content: string;
  /** The file that the job beside the GPU left. */
  readonly outcome: string;
  /** The job with `mode: report` on it. */
  readonly report: (changes?: RunChanges) => Promise<ActionResult>;
}

/**
 * The last of three jobs, with the plan and the results of the others: of a branch, or of a fork that somebody asked for.
 *
 * @param added files that the proven version has beside the kernel
 * @param asker the comment that asked, where the plan is to have it
 */
export async function recordedRun(
  scene: Scene,
  { added = [], asker }: { added?: readonly SourceFile[]; asker?: { commentId: number; login: string } } = {},
): Promise<Recorded> {
  const { repository, pull } = scene;
  const [target] = parseConfiguration((await repository.readFile(CONFIG)) ?? '', CONFIG).targets;
  if (target === undefined) throw new Error('The scene has a target.');
  const { before, content, candidate } = await gain(scene, added);
  const { text, hash } = renderPlan({
    version: '0.0.0',
    repository: repository.fullName,
    pullRequest: pull.number,
    base: { sha: pull.baseSha, ref: pull.base.ref },
    head: { sha: pull.headSha, ref: pull.head.ref, repository: pull.head.repository.fullName },
    fromFork: pull.isFromFork,
    ...(asker && { command: asker }),
    action: 'optimize',
    overrides: {},
    targets: [{ target, baseline: hashFiles(before) }],
    groups: [[target.name]],
    leftOut: [],
  });
  const evidence = {
    ...evidenceOf('faster', { stage: 'confirm', speedup: speedupOf(1.5), target: target.name, device: H200 }),
    hashes: { baseline: hashFiles(before), candidate: candidate.hash },
  };
  const usage = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 };
  const found = {
    ...{ target, baseline: before, trajectories: 1, turns: [], usage },
    best: { trajectory: 1, turn: 1, candidate, evidence },
  };
  const outcome = { device: H200, sandbox: 'bubblewrap', model: 'recorded', targets: [found], seconds: 60 } as const;
  const folder = await makeScratchFolder('kernelwright-recorded-');
  const plan = join(folder.path, 'plan.json');
  const results = join(folder.path, 'results');
  await mkdir(join(results, '0'), { recursive: true });
  await writeFile(plan, text);
  const path = join(results, '0', 'outcome.json');
  await writeFile(path, renderResultFile(outcome, hash));
  scene.keep(folder);
  const asked = await scene.event(pull.isFromFork ? `/optimize --sha ${pull.headSha}` : undefined);
  return {
    content,
    outcome: path,
    report: ({ inputs, ...changes } = {}) =>
      scene.run({
        ...asked,
        ...changes,
        env: { GITHUB_WORKSPACE: folder.path },
        inputs: { mode: 'report', plan, 'plan-hash': hash, results, 'report-dir': 'report', ...inputs },
      }),
  };
}

/** Puts a comment of ours on the pull request that keeps a proven result for `/optimize apply`; gives the bytes. */
export async function keepResult(scene: Scene, head = scene.pull.headSha): Promise<string> {
  const { repository, pull } = scene;
  const { before, content, candidate } = await gain(scene);
  const pinned = { sha: head, ref: pull.head.ref, repository: repository.fullName };
  const stored = storedResultOf({ head: pinned, target: 'scale', before, after: candidate.files }, 'faster');
  repository.addComment(pull.number, BOT, withStored(`${COMMENT_MARKER}\nA result.`, [stored]));
  return content;
}
