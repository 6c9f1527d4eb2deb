import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Scene } from './scene.ts';

/** A second target beside the project's own, which the pull request makes unreadable. */
const CONFIG = '.github/kernelwright.yml';
const TABLE = 'kernels/table.h';
const SECOND = `  sum:
    source: kernels/sum.cu
    entry: sum
    args: [y, n]
    outputs: { y: "f32[n]" }
    workloads: [{ n: 16 }]
`;
const CHANGED = { [TABLE]: '/'.repeat(5 * 1024 * 1024) };
const WHY = 'kernels/table.h has 5242880 bytes; files of up to 4 MiB are read (kernels/sum.cu includes it)';
const LISTED = `- <code>sum</code>: ${WHY}`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernelwright-left-out-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function open(more: Record<string, string> = {}): Promise<Scene> {
  const scale = join(import.meta.dirname, 'scale');
  const written = await readFile(join(scale, CONFIG), 'utf8');
  return Scene.open(
    { ...CHANGED, ...more },
    { [CONFIG]: `${written.trimEnd()}\n${SECOND}`, 'kernels/sum.cu': '#include "table.h"\n', [TABLE]: '' },
  );
}
const kernel = async () => ({
  'kernels/scale.cu': await readFile(join(import.meta.dirname, 'scale/kernels/scale.cu'), 'utf8'),
});

it('a target that the pull request breaks is told of in comment, check, summary and result beside those that it changes', async () => {
  await using scene = await open(await kernel());
  const job = await scene.run({ inputs: { comment: 'always' } });
  expect(job, job.log).toMatchObject({ exitCode: 0, errors: [] });
  expect(job.log).toContain(`sum is left out: ${WHY}`);
  expect(scene.comments()[0]?.body).toContain(LISTED);
  expect(scene.repository.checkRuns[0]?.output?.summary).toContain(LISTED);
  expect(job.summary).toContain(LISTED);
  expect(JSON.parse(job.outputs.result ?? '')).toMatchObject({
    targets: [{ target: 'scale' }],
    left_out: [{ target: 'sum', because: WHY }],
  });
});

it('it is also told of where nothing else changed, in check and summary', async () => {
  await using scene = await open();
  const job = await scene.run();
  expect(job, job.log).toMatchObject({ exitCode: 0, errors: [], outputs: { improved: 'false' } });
  expect(scene.comments()).toEqual([]);
  expect(scene.repository.checkRuns).toMatchObject([
    { status: 'completed', conclusion: 'neutral', output: { title: 'Nothing that changed could be read.' } },
  ]);
  expect(scene.repository.checkRuns[0]?.output?.summary).toContain(LISTED);
  expect(job.summary).toContain(LISTED);
});

it('in three jobs the plan carries it to the report', async () => {
  await using scene = await open(await kernel());
  const first = await scene.run({ inputs: { mode: 'plan' } });
  expect(first, first.log).toMatchObject({ exitCode: 0, errors: [] });
  const plan = join(folder, 'plan.json');
  await cp(join(first.workspace.path, '.kernelwright/report/plan.json'), plan);
  const given = { plan, 'plan-hash': first.outputs['plan-hash'] ?? '' };
  const second = await scene.run({ inputs: { mode: 'optimize', group: '0', ...given } });
  expect(second, second.log).toMatchObject({ exitCode: 0, errors: [] });
  const results = join(folder, 'results', 'kernelwright-result-0');
  await mkdir(results, { recursive: true });
  await cp(join(second.workspace.path, '.kernelwright/report/outcome.json'), join(results, 'outcome.json'));
  const last = await scene.run({
    inputs: { mode: 'report', results: 'results', 'report-dir': 'report', comment: 'always', ...given },
    env: { GITHUB_WORKSPACE: folder },
  });
  expect(last, last.log).toMatchObject({ exitCode: 0, errors: [] });
  expect(scene.comments()[0]?.body).toContain(LISTED);
  expect(scene.repository.checkRuns[0]?.output?.summary).toContain(LISTED);
});
