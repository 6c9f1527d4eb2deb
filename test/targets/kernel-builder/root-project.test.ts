import { describe, expect, it } from 'vitest';
import { projectTargetAt, withRootProject } from '../../../src/targets/kernel-builder/root-project.ts';
import { projectTarget } from '../../../src/targets/kernel-builder/target.ts';
import { NotAPlainFile } from '../../../src/targets/text-file.ts';
import { filesInMemory } from '../dependencies/files-in-memory.ts';
import { aProject } from './a-project.ts';

const NONE = { targets: [] };
const find = (files: Record<string, string>, configuration: Parameters<typeof withRootProject>[2] = NONE) =>
  withRootProject(filesInMemory(files), 'ref', configuration);

describe('a project in the root of the repository', () => {
  it('is a target without a configuration', async () => {
    expect((await find(aProject())).targets).toMatchObject([
      { name: 'relu', kind: 'kernel-builder', source: 'build.toml', entry: '', convention: 'benchmarks' },
    ]);
  });

  it('is left to a target that names it', async () => {
    const configuration = { targets: [projectTarget('mine', { source: 'build.toml', entry: 'relu' })] };
    expect(await find(aProject(), configuration)).toBe(configuration);
  });

  it('takes another name where its own is taken', async () => {
    const configuration = { targets: [projectTarget('relu', { source: 'other/build.toml', entry: '' })] };
    expect((await find(aProject(), configuration)).targets.map(({ name }) => name)).toEqual(['relu', 'relu-project']);
  });

  it.each([
    ['there is none', {}],
    ["it is another tool's", { 'build.toml': '[build]\nname = "a"\n' }],
  ])('is not found where %s', async (_, files) => {
    expect(await find(files)).toBe(NONE);
  });

  it('is not looked for where build.toml is no plain file', async () => {
    const files = filesInMemory({});
    const linked = {
      ...files,
      readFile: async () => Promise.reject(new NotAPlainFile('build.toml is a symbolic link')),
    };
    expect(await withRootProject(linked, 'ref', NONE)).toBe(NONE);
  });

  it('is found where its build.toml is broken, so that somebody is told', async () => {
    expect((await find({ 'build.toml': '[general]\nname = \n[torch]\n' })).targets).toMatchObject([
      { name: 'project' },
    ]);
  });
});

describe('the path of a build.toml', () => {
  it('stands for its project, in whatever folder', async () => {
    const found = await projectTargetAt(filesInMemory(aProject('kernels/relu/')), 'ref', 'kernels/relu/build.toml');
    expect(found).toMatchObject({ name: 'relu', source: 'kernels/relu/build.toml', convention: 'benchmarks' });
  });

  it('must be there', async () => {
    await expect(projectTargetAt(filesInMemory({}), 'ref', 'build.toml')).rejects.toThrow(
      'There is no build.toml here',
    );
  });
});
