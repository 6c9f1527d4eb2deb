import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KERNEL, recordedRun } from './recorded-run.ts';
import { Scene } from './scene.ts';

const PROJECT = join(import.meta.dirname, 'scale');
const CONFIGURATION = '.github/kernelwright.yml';
const TILE = '#pragma once\n__device__ inline float twice(float x) { return 2.0f * x; }\n';

let answers: string;
beforeEach(async () => {
  answers = await mkdtemp(join(tmpdir(), 'kernelwright-answers-'));
  await mkdir(join(answers, 'scale'));
});
afterEach(() => rm(answers, { recursive: true }));

/** The project's configuration, with a place for new headers. */
async function withNewFiles(): Promise<Record<string, string>> {
  const configuration = await readFile(join(PROJECT, CONFIGURATION), 'utf8');
  return { [CONFIGURATION]: configuration.replace('    args:', '    new-files: [kernels/fast/*.cuh]\n    args:') };
}

const block = (path: string, content: string) => `\`\`\`cuda path=${path}\n${content}\`\`\`\n`;

it('a version with a header of its own is judged and shown, and none is put over a file of the head', async () => {
  const kernel = await readFile(join(PROJECT, KERNEL), 'utf8');
  const including = (name: string) => `#include "fast/${name}"\n${kernel.replace('2.0f * x[i]', 'twice(x[i])')}`;
  for (const [turn, name] of ['Old.cuh', 'tile.cuh'].entries()) {
    const text = `A header.\n\n${block(KERNEL, including(name))}\n${block(`kernels/fast/${name}`, TILE)}`;
    await writeFile(join(answers, 'scale', `${turn + 1}.md`), text);
  }
  const more = { ...(await withNewFiles()), 'kernels/fast/old.cuh': '// of somebody else\n' };
  await using scene = await Scene.open(undefined, more, answers);
  const job = await scene.run({ inputs: { comment: 'always' } });
  expect(job, job.log).toMatchObject({ exitCode: 0, errors: [] });
  expect(JSON.parse(job.outputs.result ?? '').targets).toMatchObject([{ target: 'scale', verdict: 'not-proven' }]);
  const [first, second] = scene.model.requests().map((request) => JSON.stringify(request));
  expect(first).toContain('Files that you may add');
  expect(second).toContain('differs from a file only in upper and lower case');
  const [comment] = scene.comments();
  expect(comment?.body).toContain('--- /dev/null\n+++ b/kernels/fast/tile.cuh\n');
  expect(comment?.body).toContain('+__device__ inline float twice(float x)');
  expect(scene.github.violations).toEqual([]);
});

describe('a proven version with a header of its own', () => {
  const path = 'kernels/fast/tile.cuh';

  it.for(['commit', 'pr', 'suggest'])('is delivered as %s', async (deliver) => {
    await using scene = await Scene.open(undefined, await withNewFiles());
    const { report, content } = await recordedRun(scene, { added: [{ path, content: TILE }] });
    const job = await report({ inputs: { deliver, comment: 'on-result' } });
    expect(job, job.log).toMatchObject({ exitCode: 0, errors: [], outputs: { improved: 'true' } });
    const { repository } = scene;
    const [body = ''] = scene.comments().map((comment) => comment.body);
    expect(body).toContain(`--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,2 @@\n+#pragma once`);
    if (deliver === 'suggest') {
      expect(JSON.parse(job.outputs.delivered ?? '')).toEqual([]);
      expect(body).toContain('is new, and a suggestion can only change lines that are there');
      return;
    }
    const branch = deliver === 'commit' ? 'larger-blocks' : repository.pulls.at(-1)?.head.ref;
    expect(await repository.readFile(KERNEL, branch)).toBe(content);
    expect(await repository.readFile(path, branch)).toBe(TILE);
  });

  it('is believed of no job where the plan has no pattern for it', async () => {
    await using scene = await Scene.open(undefined, await withNewFiles());
    const { report } = await recordedRun(scene, { added: [{ path: 'kernels/other.cu', content: '// evil\n' }] });
    const job = await report({ inputs: { deliver: 'commit' } });
    expect(job.exitCode).toBe(1);
    expect(job.log).toMatch(/"kernels\/other\.cu" is not a path at which a file may be added/);
    expect(await scene.repository.readFile('kernels/other.cu', 'larger-blocks')).toBeUndefined();
  });
});
