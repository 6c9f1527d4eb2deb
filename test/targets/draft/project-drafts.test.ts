import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../src/targets/configuration.ts';
import { configurationFile } from '../../../src/targets/draft/configuration-file.ts';
import { surveyRepository } from '../../../src/targets/draft/survey.ts';
import { filesInMemory } from '../dependencies/files-in-memory.ts';
import { aProject } from '../kernel-builder/a-project.ts';
import { FILL } from './repositories.ts';

const survey = (files: Readonly<Record<string, string>>) =>
  surveyRepository(filesInMemory(files), Object.keys(files).sort());

describe('drafts of kernel-builder projects', () => {
  it('name the folder, and leave the rest to the benchmarks', async () => {
    const text = configurationFile(await survey({ ...aProject('kernels/relu/'), ...aProject() })) ?? '';
    expect(text).toContain(`  # kernels/relu/build.toml:1: the package relu
  relu-2:
    kernel-builder: kernels/relu
    # guess: what is called, and with what, comes from its benchmarks
`);
    expect(parseConfiguration(text, 'draft.yml').targets).toMatchObject([
      { name: 'relu', kind: 'kernel-builder', source: 'build.toml', convention: 'benchmarks' },
      { name: 'relu-2', kind: 'kernel-builder', source: 'kernels/relu/build.toml', convention: 'benchmarks' },
    ]);
  });

  it('take the place of drafts of what the project is made of, and of nothing else', async () => {
    const files = { ...aProject(), 'relu_cuda/relu.cu': FILL, 'kernels/fill.cu': FILL };
    const { drafts } = await survey(files);
    expect(drafts.map(({ draft }) => [draft.name, draft.spot.path])).toEqual([
      ['relu', 'build.toml'],
      ['fill_ones', 'kernels/fill.cu'],
    ]);
  });

  it('are left out with the reason where a project cannot be built or does not say how it is called', async () => {
    const { 'benchmarks/benchmark.py': _, ...silent } = aProject();
    const files = { ...silent, ...aProject('attention/', 'depends = ["cutlass_3_8"]') };
    const { drafts, leftOut } = await survey(files);
    expect(drafts).toEqual([]);
    expect(leftOut).toEqual([
      {
        name: 'attention',
        spot: { path: 'attention/build.toml', line: 1 },
        because: expect.stringMatching(/^it is skipped, since its kernel "relu" depends on cutlass_3_8/),
      },
      {
        name: 'relu',
        spot: { path: 'build.toml', line: 1 },
        because: expect.stringMatching(/^it has no benchmarks\/benchmark\*\.py .*give "kernel-builder" and "function"/),
      },
    ]);
  });

  it('are not made of what another tool calls build.toml, or what is vendored', async () => {
    const files = { 'build.toml': '[general]\nname = "x"\n', ...aProject('third_party/relu/') };
    expect(await survey(files)).toEqual({ drafts: [], leftOut: [], convention: [] });
  });
});
