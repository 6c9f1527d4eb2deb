import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Scene } from './scene.ts';

const PROJECT = join(import.meta.dirname, 'scale');
const CONFIGURATION = '.github/kernelwright.yml';
const KERNEL = 'kernels/scale.cu';
const TILE = '#pragma once\n__device__ inline float twice(float x) { return 2.0f * x; }\n';

let answers: string;
beforeEach(async () => {
  answers = await mkdtemp(join(tmpdir(), 'kernelwright-answers-'));
  await mkdir(join(answers, 'scale'));
});
afterEach(() => rm(answers, { recursive: true }));

const block = (path: string, content: string) => `\`\`\`cuda path=${path}\n${content}\`\`\`\n`;

it('a version with a header of its own is judged and shown, and none is put over a file of the head', async () => {
  const configuration = await readFile(join(PROJECT, CONFIGURATION), 'utf8');
  const kernel = await readFile(join(PROJECT, KERNEL), 'utf8');
  const including = (name: string) => `#include "fast/${name}"\n${kernel.replace('2.0f * x[i]', 'twice(x[i])')}`;
  for (const [turn, name] of ['Old.cuh', 'tile.cuh'].entries()) {
    const text = `A header.\n\n${block(KERNEL, including(name))}\n${block(`kernels/fast/${name}`, TILE)}`;
    await writeFile(join(answers, 'scale', `${turn + 1}.md`), text);
  }
  const more = {
    [CONFIGURATION]: configuration.replace('    args:', '    new-files: [kernels/fast/*.cuh]\n    args:'),
    'kernels/fast/old.cuh': '// of somebody else\n',
  };
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
