import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOctokit } from '../src/events/octokit.ts';
import type { OptimizeRequest } from '../src/events/request.ts';
import { planPullRequest } from '../src/plan.ts';
import { githubRepository } from '../src/targets/github-repository.ts';
import { type LocalGitHub, startGitHub } from './github/server.ts';

const CONFIG = '.github/kernelwright.yml';
const launcher = (name: string) => `  ${name}:
    source: kernels/${name}.cu
    entry: ${name}
    args: [y, n]
    outputs: { y: "f32[n]" }
    workloads: [{ n: 16 }]
`;
const FILES = {
  [CONFIG]: `targets:\n${launcher('scale')}${launcher('sum')}`,
  'kernels/scale.cu': '/* scale */\n#include "warp.cuh"\n',
  'kernels/sum.cu': '// alone\n',
  'include/warp.cuh': '#include "reduce.cuh"\n#include "lane.cuh"\n',
  'include/reduce.cuh': '// old\n',
  'include/lane.cuh': '// lane\n',
};

let github: LocalGitHub;
beforeAll(async () => {
  github = await startGitHub();
});
afterAll(() => github.close());

/** The plan for a pull request that changes `files`, and what was asked of GitHub for it. */
async function planFor(name: string, files: Record<string, string | null>, names: readonly string[] = []) {
  const hosted = await github.createRepository({ owner: 'octo', name, files: FILES });
  const pull = await hosted.openPullRequest({ head: 'topic', title: 'Topic', files });
  const request: OptimizeRequest = {
    kind: 'optimize',
    owner: 'octo',
    repo: name,
    pullRequest: pull.number,
    base: { ref: 'main', sha: pull.baseSha },
    head: { ref: 'topic', sha: pull.headSha, repository: `octo/${name}` },
  };
  const octokit = createOctokit({
    token: github.createToken({ kind: 'installation', permissions: { contents: 'read', pull_requests: 'read' } }),
    apiUrl: github.url,
    log: { debug: () => {}, warn: () => {} },
  });
  const before = github.routes.length;
  const recognize = async (asked: readonly unknown[]) => asked.map(() => ['Model']);
  const plan = await planPullRequest(githubRepository(octokit, request), request, CONFIG, recognize, names);
  return { plan, requests: github.routes.length - before };
}

describe('a pull request on GitHub', () => {
  it('that changes a header brings in the kernel that includes it, with all that this needs', async () => {
    const { plan } = await planFor('modified', { 'include/reduce.cuh': '// new\n' });
    if (plan.kind !== 'targets') throw new Error(plan.reason);
    expect(plan.targets.map(({ target }) => target.name)).toEqual(['scale']);
    expect(plan.targets[0]?.baseline).toEqual([
      { path: 'kernels/scale.cu', content: FILES['kernels/scale.cu'] },
      { path: 'include/warp.cuh', content: FILES['include/warp.cuh'] },
      { path: 'include/reduce.cuh', content: '// new\n' },
      { path: 'include/lane.cuh', content: FILES['include/lane.cuh'] },
    ]);
    const base = plan.targets[0]?.base.files;
    expect(base?.find(({ path }) => path === 'include/reduce.cuh')?.content).toBe('// old\n');
  });

  it('that lets a kernel include a new header is compared with the kernel as it was', async () => {
    const { plan } = await planFor('new', {
      'kernels/sum.cu': '#include "../include/new.cuh"\n',
      'include/new.cuh': '//\n',
    });
    if (plan.kind !== 'targets') throw new Error(plan.reason);
    expect(plan.targets[0]?.base.files?.map(({ path }) => path)).toEqual(['kernels/sum.cu']);
  });

  it('that takes a header away brings in the kernel that still includes it', async () => {
    const { plan } = await planFor('removed', { 'include/lane.cuh': null });
    if (plan.kind !== 'targets') throw new Error(plan.reason);
    expect(plan.targets[0]?.baseline.map(({ path }) => path)).toEqual([
      'kernels/scale.cu',
      'include/warp.cuh',
      'include/reduce.cuh',
    ]);
  });

  it('that changes no part of a target says so, and reads no kernel for it', async () => {
    const { plan, requests } = await planFor('elsewhere', { 'README.md': '# More\n' });
    expect(plan).toEqual({
      kind: 'nothing',
      reason: `no kernel of ${CONFIG} changed (kernels/scale.cu did not change; kernels/sum.cu did not change)`,
      leftOut: [],
    });
    // Two folders, the configuration, the list of changed files, and the head's root, which may have a build.toml.
    expect(requests).toBe(5);
  });

  const TOO_LONG = 'kernels/sum.cu has 5242880 bytes; files of up to 4 MiB are read';
  const LONG = '/'.repeat(5 * 1024 * 1024);

  it('that breaks one target says so, and gives the others that it changes', async () => {
    const { plan } = await planFor('one-broken', { 'kernels/sum.cu': LONG, 'kernels/scale.cu': '// new\n' });
    if (plan.kind !== 'targets') throw new Error(plan.reason);
    expect(plan.targets.map(({ target }) => target.name)).toEqual(['scale']);
    expect(plan.leftOut).toEqual([{ name: 'sum', because: TOO_LONG }]);
  });

  it('that changes only what it breaks gives nothing, and says what', async () => {
    const { plan } = await planFor('all-broken', { 'kernels/sum.cu': LONG });
    expect(plan).toMatchObject({ kind: 'nothing', leftOut: [{ name: 'sum', because: TOO_LONG }] });
  });

  it('gives named targets that can be read, and tells of the others; of none it is a mistake', async () => {
    const { plan } = await planFor('named-broken', { 'kernels/sum.cu': null }, ['sum', 'scale']);
    if (plan.kind !== 'targets') throw new Error(plan.reason);
    expect(plan.targets.map(({ target }) => target.name)).toEqual(['scale']);
    expect(plan.leftOut).toEqual([{ name: 'sum', because: 'there is no kernels/sum.cu at the head' }]);
    await expect(planFor('all-named-broken', { 'kernels/sum.cu': LONG }, ['sum'])).rejects.toThrow(`sum: ${TOO_LONG}`);
  });

  it('gives targets by their names too, changed or not, and names the nearest where there is none', async () => {
    const { plan } = await planFor('named', { 'README.md': '# More\n' }, ['sum']);
    if (plan.kind !== 'targets') throw new Error(plan.reason);
    expect(plan.targets.map(({ target }) => target.name)).toEqual(['sum']);
    await expect(planFor('misnamed', { 'README.md': '# More\n' }, ['sums'])).rejects.toThrow(
      /^There is no target "sums".*"sum"/,
    );
  });
});
