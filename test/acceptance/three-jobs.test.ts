import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { candidateOf, type SourceFile } from '../../src/core/source.ts';
import { Scene } from './scene.ts';

const KERNEL = 'kernels/scale.cu';
const READ_ONLY = { contents: 'read' } as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernelwright-jobs-'));
});
afterEach(() => rm(folder, { recursive: true }));

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
  it('is planned, optimized with a token that only reads, and reported', async () => {
    await using scene = await Scene.open();
    const { job, given } = await plan(scene);
    expect(JSON.parse(job.outputs.groups ?? '')).toEqual(['0']);
    expect(scene.github.writes()).toEqual([]);
    expect(scene.model.requests()).toEqual([]);

    await optimize(scene, given);
    expect(scene.github.writes()).toEqual([]);
    expect(scene.model.requests()).toHaveLength(2);

    const last = await report(scene, given);
    expect(last, last.log).toMatchObject({ exitCode: 0, errors: [] });
    expect(scene.model.requests()).toHaveLength(2);
    expect(scene.comments()).toHaveLength(1);
    expect(scene.comments()[0]?.body).toContain('+  const int stride = gridDim.x * blockDim.x;');
    expect(JSON.parse(last.outputs.result ?? '').targets).toMatchObject([{ target: 'scale', verdict: 'not-proven' }]);
    expect(scene.repository.checkRuns).toMatchObject([{ status: 'completed', conclusion: 'neutral' }]);
    expect(scene.github.violations).toEqual([]);
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

  it('says what is missing where an input of a job is left out', async () => {
    await using scene = await Scene.open();
    const job = await scene.run({ inputs: { mode: 'report' } });
    expect(job.exitCode).toBe(1);
    expect(job.errors[0]).toMatch(/"mode: report" needs the input "plan" and "plan-hash"/);
  });
});

const TILE = 'kernels/fast/tile.cuh';

/** The project's configuration, with a place for new headers. */
async function withNewFiles(): Promise<Record<string, string>> {
  const path = '.github/kernelwright.yml';
  const text = await readFile(join(import.meta.dirname, 'scale', path), 'utf8');
  return { [path]: text.replace('    args:', '    new-files: [kernels/fast/*.cuh]\n    args:') };
}

/** A proven gain, which this machine could not find: the job beside the GPU would have left it so. */
async function proven(scene: Scene, given: Readonly<Record<string, string>>, added: readonly SourceFile[] = []) {
  const path = await optimize(scene, given);
  const file = JSON.parse(await readFile(path, 'utf8'));
  const [target] = file.targets;
  const [{ content: before }] = target.baseline;
  const candidate = candidateOf([{ path: KERNEL, content: before.replace('128', '256') }, ...added]);
  const device = { name: 'NVIDIA H200', kind: 'cuda', arch: 'sm_90', versions: {} };
  const speedup = { estimate: 1.5, low: 1.4, high: 1.6, judge_clock: 1.5 };
  const evidence = {
    ...target.turns.at(-1).result.evidence,
    ...{ verdict: 'faster', stage: 'confirm', device, speedup, reason: 'Correct and faster.' },
    workloads: [{ name: 'n=1000', baseline_us: 30, candidate_us: 20, speedup: 1.5, low: 1.4, high: 1.6 }],
  };
  evidence.hashes = { ...evidence.hashes, candidate: candidate.hash };
  target.best = { trajectory: 1, turn: 2, candidate, evidence };
  await writeFile(path, JSON.stringify({ ...file, device }));
  return candidate.files[0]?.content;
}

describe('what is proven is delivered', () => {
  it.for(['commit', 'pr', 'suggest'])('as %s', async (deliver) => {
    await using scene = await Scene.open();
    const { given } = await plan(scene);
    const content = await proven(scene, given);
    const job = await report(scene, { ...given, deliver, comment: 'on-result' });
    expect(job, job.log).toMatchObject({
      exitCode: 0,
      errors: [],
      outputs: { improved: 'true', 'best-speedup': '1.400' },
    });
    const [url] = JSON.parse(job.outputs.delivered ?? '[]');
    expect(url).toContain(scene.github.serverUrl);
    expect(scene.comments()).toHaveLength(1);
    expect(scene.comments()[0]?.body).toContain(url);
    const { repository, pull } = scene;
    if (deliver === 'commit') expect(await repository.readFile(KERNEL, 'larger-blocks')).toBe(content);
    if (deliver === 'pr') {
      const stacked = repository.pulls.at(-1);
      expect(stacked).toMatchObject({ title: 'Make scale 1.50× as fast', base: { ref: 'larger-blocks' } });
      expect(await repository.readFile(KERNEL, stacked?.head.ref)).toBe(content);
      expect(await repository.readFile(KERNEL, 'larger-blocks')).not.toBe(content);
    }
    if (deliver === 'suggest') expect(url).toContain(`/pull/${pull.number}#`);
    expect(scene.github.violations).toEqual([]);
  });

  it.for(['commit', 'pr', 'suggest'])('as %s, with a new file', async (deliver) => {
    await using scene = await Scene.open(undefined, await withNewFiles());
    const { given } = await plan(scene);
    const content = await proven(scene, given, [{ path: TILE, content: '// tile\n' }]);
    const job = await report(scene, { ...given, deliver, comment: 'on-result' });
    expect(job, job.log).toMatchObject({ exitCode: 0, errors: [], outputs: { improved: 'true' } });
    const { repository } = scene;
    const [body = ''] = scene.comments().map((comment) => comment.body);
    expect(body).toContain(`--- /dev/null\n+++ b/${TILE}\n@@ -0,0 +1,1 @@\n+// tile`);
    if (deliver === 'suggest') {
      expect(JSON.parse(job.outputs.delivered ?? '')).toEqual([]);
      expect(job.log).toContain(`${TILE} is new, and a suggestion can only change lines that are there`);
      expect(body).toContain('is new, and a suggestion can only change lines that are there');
      return;
    }
    const branch = deliver === 'commit' ? 'larger-blocks' : repository.pulls.at(-1)?.head.ref;
    expect(await repository.readFile(KERNEL, branch)).toBe(content);
    expect(await repository.readFile(TILE, branch)).toBe('// tile\n');
    expect(scene.github.violations).toEqual([]);
  });

  it('not where a job adds a file that the plan has no pattern for', async () => {
    await using scene = await Scene.open(undefined, await withNewFiles());
    const { given } = await plan(scene);
    await proven(scene, given, [{ path: 'kernels/other.cu', content: '// evil\n' }]);
    const job = await report(scene, { ...given, deliver: 'commit' });
    expect(job.exitCode).toBe(1);
    expect(job.errors[0]).toMatch(/"kernels\/other\.cu" is not a path at which a file may be added/);
    expect(scene.writes()).toEqual([]);
  });

  it('not where the head has moved since; the report is there all the same', async () => {
    await using scene = await Scene.open();
    const { given } = await plan(scene);
    await proven(scene, given);
    await scene.repository.commit({ branch: 'larger-blocks', files: { 'README.md': '# Moved\n' } });
    const job = await report(scene, { ...given, deliver: 'commit' });
    expect(job).toMatchObject({ exitCode: 0, errors: [], outputs: { delivered: '[]' } });
    expect(job.log).toContain('The head has moved since it was measured');
    expect(scene.comments()).toHaveLength(1);
    expect(scene.comments()[0]?.body).toContain('nothing is delivered but the report.');
  });

  it('not where a job claims other bytes than it measured: nothing of it is believed', async () => {
    await using scene = await Scene.open();
    const { given } = await plan(scene);
    await proven(scene, given);
    const path = join(folder, 'results/kernelwright-result-0/outcome.json');
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('256', '257'));
    const job = await report(scene, { ...given, deliver: 'commit' });
    expect(job.exitCode).toBe(1);
    expect(job.errors[0]).toMatch(/the files of a candidate are not those/);
    expect(scene.writes()).toEqual([]);
  });
});
