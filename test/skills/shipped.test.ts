import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Project } from '../../src/core/project.ts';
import { skillsFolder } from '../../src/measure/harness.ts';
import { parseSkill, readSkills, skillsFor } from '../../src/skills/shipped.ts';

const SOURCE = { path: 'relu.cu', include: [], cudaFlags: [], cxxFlags: [], capabilities: [] };
const PROJECT: Project = {
  folder: '.',
  name: 'relu',
  identity: '01234567',
  sources: [SOURCE],
  package: [],
  tests: [],
  benchmarks: [],
};
const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'skills');
const shipped = await readSkills(FOLDER);
const names = (target: Parameters<typeof skillsFor>[1], arch: string) =>
  skillsFor(shipped, target, { arch }).map(({ name }) => name);

describe('the skills that ship', () => {
  it.each(readdirSync(FOLDER))('%s is named like its folder, and says something', (folder) => {
    const skill = parseSkill(readFileSync(join(FOLDER, folder, 'SKILL.md'), 'utf8'));
    expect(skill.name).toBe(folder);
    expect(skill.text).toMatch(/^# \S/);
    // The specification's advice is less than 500 lines and 5,000 tokens; each is paid for in every search.
    expect(skill.text.length).toBeLessThan(12_000);
  });

  it('are chosen by the language of the target and by the architecture, the general ones first', () => {
    expect(names({ kind: 'launcher' }, 'sm_90')).toEqual(['cuda-kernels', 'hopper']);
    expect(names({ kind: 'kernel' }, 'sm_80')).toEqual(['cuda-kernels']);
    expect(names({ kind: 'module' }, 'sm_90')).toEqual(['pytorch-modules', 'hopper']);
    expect(names({ kind: 'function' }, 'sm_100')).toEqual(['pytorch-modules']);
  });

  it('are those of Kernelwright, whatever repository is worked on', () => {
    const packageRoot = join(ROOT, 'runner-image/harness');
    expect(skillsFolder({ python: 'python3', packageRoot, device: 'auto', sandbox: 'on' })).toBe(FOLDER);
  });

  it('stand in the table of the documentation as in their heads', () => {
    const all = (words: readonly string[] | undefined) => words?.join(' ') ?? 'all';
    const rows = shipped.map(
      ({ name, languages, architectures }) =>
        `| [${name}](../skills/${name}/SKILL.md) | ${all(languages)} | ${all(architectures)} |`,
    );
    const documented = readFileSync(join(ROOT, 'docs/search.md'), 'utf8').split('\n');
    expect(documented.filter((line) => line.includes('](../skills/') && line.startsWith('|'))).toEqual(rows);
  });

  it('for a project with kernels are those for CUDA, and without any those for Python', () => {
    expect(names({ kind: 'kernel-builder', project: PROJECT }, 'sm_80')).toEqual(['cuda-kernels']);
    expect(names({ kind: 'kernel-builder', project: { ...PROJECT, sources: [] } }, 'sm_80')).toEqual([
      'pytorch-modules',
    ]);
  });
});

describe('a skill', () => {
  const file = (head: string) =>
    `---\nname: a\ndescription: What it is for.\n${head}---\n\n# A\n\nText with --- in it.\n`;

  it('is for everything where its head says nothing else', () => {
    const skill = parseSkill(file(''));
    expect(skill).toEqual({
      name: 'a',
      languages: undefined,
      architectures: undefined,
      text: '# A\n\nText with --- in it.',
    });
    expect(skillsFor([skill], { kind: 'module' }, { arch: 'sm_75' })).toEqual([skill]);
  });

  it.each([
    ['no head', '# A\n'],
    ['a language that nobody knows', file('metadata:\n  kernelwright-languages: cuda rust\n')],
    ['an architecture that is none', file('metadata:\n  kernelwright-architectures: hopper\n')],
    ['a key that is misspelt', file('metadata:\n  kernelwright-language: cuda\n')],
    ['a name that is no folder', file('').replace('name: a', 'name: ../a')],
  ])('with %s is refused', (_, text) => {
    expect(() => parseSkill(text)).toThrow();
  });
});
