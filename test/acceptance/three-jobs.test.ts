import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type LocalGitHub, startGitHub } from '../github/server.ts';
import { KERNEL, recordedRun } from './recorded-run.ts';
import { Scene } from './scene.ts';

const READ_ONLY = { contents: 'read' } as const;

let folder: string;

/** The job with `mode: plan`, and what the others get of it. */
async function plan(scene: Scene, inputs: Readonly<Record<string, string>> = {}) {
  const job = await scene.run({ inputs: { mode: 'plan', ...inputs } });
  expect(job, job.log).toMatchObject({ exitCode: 0, errors: [] });
  const path = join(folder, 'plan.json');
  if (job.outputs.groups !== '[]') await cp(join(job.workspace.path, '.kernelwright/report/plan.json'), path);
  return { job, given: { plan: path, 'plan-hash': job.outputs['plan-hash'] ?? '' } };
}

async function optimize(scene: Scene, given: Readonly<Record<string, string>>) {
  const job = await scene.run({ inputs: { mode: 'optimize', group: '0', ...given }, permissions: READ_ONLY });
  expect(job, job.log).toMatchObject({ exitCode: 0, errors: [] });
  const results = join(folder, 'results', 'kernelwright-result-0');
  await mkdir(results, { recursive: true });
  await cp(join(job.workspace.path, '.kernelwright/report/outcome.json'), join(results, 'outcome.json'));
  return join(results, 'outcome.json');
}

const report = (scene: Scene, given: Readonly<Record<string, string>>) =>
  scene.run({
    inputs: { mode: 'report', results: 'results', 'report-dir': 'report', comment: 'always', ...given },
    env: { GITHUB_WORKSPACE: folder },
  });

describe('a pull request in three jobs', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kernelwright-jobs-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is planned, optimized with a token that only reads, and reported', async () => {
    await using scene = await Scene.open();
    const { job, given } = await plan(scene);
    expect(JSON.parse(job.outputs.groups ?? '')).toEqual(['0']);
    expect(scene.model.requests()).toEqual([]);
    // By it whoever asks for the status, or cancels, finds the run.
    const { checkRuns } = scene.repository;
    expect(checkRuns).toMatchObject([{ status: 'in_progress' }]);
    expect(scene.github.writes()).toHaveLength(1);

    await optimize(scene, given);
    expect(scene.github.writes()).toHaveLength(1);
    expect(scene.model.requests()).toHaveLength(2);

    const last = await report(scene, given);
    expect(last, last.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(scene.model.requests()).toHaveLength(2);
    expect(scene.comments()).toHaveLength(1);
    expect(scene.comments()[0]?.body).toContain('+  const int stride = gridDim.x * blockDim.x;');
    expect(JSON.parse(last.outputs.result ?? '').targets).toMatchObject([{ target: 'scale', verdict: 'not-proven' }]);
    expect(checkRuns).toMatchObject([{ status: 'completed', conclusion: 'neutral' }]);
    expect(scene.github.violations).toEqual([]);
  });

  it('that is started again gets a check of its own', async () => {
    await using scene = await Scene.open();
    for (const finished of [1, 2]) {
      const { given } = await plan(scene);
      await optimize(scene, given);
      await report(scene, given);
      expect(scene.repository.checkRuns.map(({ status }) => status)).toEqual(Array(finished).fill('completed'));
    }
  });

  it('that changes no kernel gives an empty matrix', async () => {
    await using scene = await Scene.open({ 'README.md': '# More\n' });
    const { job } = await plan(scene);
    expect(job.outputs).toMatchObject({ groups: '[]', improved: 'false' });
    expect(scene.github.writes()).toEqual([]);
  });

  it('is not optimized by a plan that was changed on its way', async () => {
    await using scene = await Scene.open();
    const { given } = await plan(scene);
    await writeFile(given.plan, (await readFile(given.plan, 'utf8')).replace('"pullRequest":1', '"pullRequest":2'));
    const job = await scene.run({ inputs: { mode: 'optimize', group: '0', ...given }, permissions: READ_ONLY });
    expect(job.exitCode).toBe(1);
    expect(job.errors[0]).toMatch(/plan\.json is not what the job with "mode: plan" wrote/);
    expect(scene.model.requests()).toEqual([]);
  });

  it('leaves no result of an earlier job on the machine where it fails', async () => {
    await using scene = await Scene.open();
    const { given } = await plan(scene);
    const left = join(folder, '.kernelwright', 'report', 'outcome.json');
    await mkdir(join(left, '..'), { recursive: true });
    await writeFile(left, '{}');
    const job = await scene.run({
      inputs: { mode: 'optimize', group: '7', ...given },
      permissions: READ_ONLY,
      env: { GITHUB_WORKSPACE: folder },
    });
    expect(job.errors[0]).toMatch(/the input "group" is "7"/);
    await expect(readFile(left)).rejects.toThrow('ENOENT');
  });

  it('says what is missing where an input of a job is left out', async () => {
    await using scene = await Scene.open();
    const job = await scene.run({ inputs: { mode: 'report' } });
    expect(job.exitCode).toBe(1);
    expect(job.errors[0]).toMatch(/"mode: report" needs the input "plan" and "plan-hash"/);
  });
});

it.for(['help', 'status', 'cancel'])(
  '/optimize %s is answered with what the example lets the first job do',
  async (verb) => {
    const example = parse(await readFile('examples/workflows/three-jobs.yml', 'utf8'));
    const permissions = Object.entries(example.jobs.plan.permissions).map(([name, access]) => [
      name.replaceAll('-', '_'),
      access,
    ]);
    await using scene = await Scene.open();
    const { result, reactions } = await scene.says(`/optimize ${verb}`, {
      inputs: { mode: 'plan' },
      permissions: Object.fromEntries(permissions),
    });
    expect(result, result.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(reactions).toEqual(['eyes', 'rocket']);
  },
);

describe.concurrent('what is proven is delivered', () => {
  let github: LocalGitHub;
  beforeAll(async () => {
    github = await startGitHub({ openapi: true });
  });
  afterAll(() => github.close());

  it.for(['comment', 'commit', 'pr', 'suggest'])('as %s', async (deliver, { expect }) => {
    await using scene = await Scene.openOn(github);
    const { report, content } = await recordedRun(scene);
    const job = await report({ inputs: { deliver, comment: 'on-result' } });
    expect(job, job.log).toMatchObject({
      exitCode: 0,
      errors: [],
      outputs: { improved: 'true', 'best-speedup': expect.stringMatching(/^1\.4/) },
    });
    const [url, ...others] = JSON.parse(job.outputs.delivered ?? '[]');
    expect(others).toEqual([]);
    expect(scene.comments()).toHaveLength(1);
    if (deliver === 'comment') expect(url).toBeUndefined();
    else {
      expect(url).toContain(github.serverUrl);
      expect(scene.comments()[0]?.body).toContain(url);
    }
    const { repository, pull } = scene;
    const isCommitted = (await repository.readFile(KERNEL, 'larger-blocks')) === content;
    expect(isCommitted).toBe(deliver === 'commit');
    if (deliver === 'pr') {
      const stacked = repository.pulls.at(-1);
      expect(stacked).toMatchObject({ title: 'Make scale 1.50× as fast', base: { ref: 'larger-blocks' } });
      expect(await repository.readFile(KERNEL, stacked?.head.ref)).toBe(content);
    }
    if (deliver === 'suggest') expect(url).toContain(`/pull/${pull.number}#`);
  });

  it('with a message in which no job beside a GPU closes issues or calls people', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const { report, outcome } = await recordedRun(scene);
    const name = 'GPU\\n\\nCloses #12, thanks @octocat\\n\\nCo-authored-by: a';
    const text = (await readFile(outcome, 'utf8')).replace('"name":"NVIDIA H200"', `"name":"${name}"`);
    await writeFile(outcome, text);
    const job = await report({ inputs: { deliver: 'commit' } });
    const [url = ''] = JSON.parse(job.outputs.delivered ?? '[]');
    const api = `${github.url}/repos/${scene.repository.fullName}/git/commits/${url.split('/').at(-1)}`;
    const authorization = `token ${github.createToken({ kind: 'installation', permissions: READ_ONLY })}`;
    const { message } = (await (await fetch(api, { headers: { authorization } })).json()) as { message: string };
    expect(message).toContain('GPU Closes #\u200b12, thanks @\u200boctocat Co-authored-by: a\n\nMeasured against');
    expect(message).not.toMatch(/#12|@octocat|^Co-authored-by/m);
  });

  it('not where the head has moved since; the report is there all the same', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const { report } = await recordedRun(scene);
    await scene.repository.commit({ branch: 'larger-blocks', files: { 'README.md': '# Moved\n' } });
    const job = await report({ inputs: { deliver: 'commit' } });
    expect(job).toMatchObject({ exitCode: 0, errors: [], outputs: { delivered: '[]' } });
    expect(job.log).toContain('The head has moved since it was measured');
    expect(scene.comments()).toHaveLength(1);
    expect(scene.comments()[0]?.body).toContain('nothing is delivered but the report.');
  });

  it('not where a job claims other bytes than it measured: nothing of it is believed', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const { report, outcome } = await recordedRun(scene);
    await writeFile(outcome, (await readFile(outcome, 'utf8')).replaceAll('256', '257'));
    const job = await report({ inputs: { deliver: 'commit' } });
    expect(job.exitCode).toBe(1);
    expect(job.errors[0]).toMatch(/the files of a candidate are not those/);
    expect(scene.writes()).toEqual([]);
    expect(scene.repository.checkRuns).toMatchObject([{ status: 'completed', conclusion: 'neutral' }]);
  });

  it('not where no job has left a result: whoever asked is answered', async ({ expect }) => {
    await using scene = await Scene.openOn(github);
    const comment = scene.repository.addComment(scene.pull.number, 'grace', '/optimize');
    const { report, outcome } = await recordedRun(scene, { asker: { commentId: comment.id, login: 'grace' } });
    await rm(outcome);
    const job = await report();
    expect(job.exitCode).toBe(1);
    expect(scene.told()).toEqual([expect.stringContaining('No job with "mode: optimize" has left a result')]);
    expect(comment.reactions.map(({ content }) => content)).toEqual(['confused']);
    expect(scene.repository.checkRuns).toMatchObject([{ status: 'completed', conclusion: 'neutral' }]);
  });
});
