import { describe, expect, it } from 'vitest';
import type { OptimizeRequest } from '../src/events/request.ts';
import { planPullRequest } from '../src/plan.ts';
import type { ChangedFile, Repository } from '../src/targets/repository.ts';

const CONVENTION = 'class Model: ...\ndef get_inputs(): ...\ndef get_init_inputs(): ...\n';
const CONFIGURATION = `targets:
  scale:
    source: scale.cu
    entry: scale
    args: [y]
    outputs: { y: "f32[n]" }
    workloads: [{ n: 16 }]
`;
const REQUEST = { base: { sha: 'base', ref: 'main' }, head: { sha: 'head' } } as OptimizeRequest;

/** Files by commit and path. */
function plan(files: Readonly<Record<string, string>>, ...changed: string[]) {
  const repository: Repository = {
    changedFiles: async () => changed.map((path): ChangedFile => ({ path, status: 'modified' })),
    readFile: async (path, ref) => files[`${ref}:${path}`],
    listFiles: async () => [],
  };
  return planPullRequest(repository, REQUEST, 'kernelwright.yml', async (asked) => asked.map(() => []));
}

describe('planPullRequest', () => {
  it('takes changed files in the convention as the head has them, without a configuration', async () => {
    const planned = await plan({ 'head:models/a.py': CONVENTION, 'base:models/a.py': 'old' }, 'models/a.py');
    expect(planned).toMatchObject({
      kind: 'targets',
      targets: [
        {
          target: { name: 'models.a', convention: 'kernelbench' },
          baseline: [{ path: 'models/a.py', content: CONVENTION }],
        },
      ],
    });
  });

  it('takes them behind the targets of the configuration', async () => {
    const files = { 'base:kernelwright.yml': CONFIGURATION, 'head:scale.cu': 'cuda', 'head:a.py': CONVENTION };
    const planned = await plan(files, 'a.py', 'scale.cu');
    expect(planned.kind === 'targets' && planned.targets.map(({ target }) => target.name)).toEqual(['scale', 'a']);
  });

  it('has nothing to do where nothing of either kind changed', async () => {
    expect(await plan({ 'head:b.py': 'x = 1\n' }, 'b.py')).toEqual({
      kind: 'nothing',
      reason: 'main has no kernelwright.yml; a configuration takes effect once it is merged',
      leftOut: [],
    });
    expect(await plan({ 'base:kernelwright.yml': CONFIGURATION }, 'README.md')).toEqual({
      kind: 'nothing',
      reason: 'no kernel of kernelwright.yml changed (scale.cu did not change)',
      leftOut: [],
    });
  });
});
