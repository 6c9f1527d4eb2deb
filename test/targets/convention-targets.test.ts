import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.ts';
import { changedConventionTargets, conventionTargetAt } from '../../src/targets/convention-targets.ts';
import { conventionTarget, type Recognizer } from '../../src/targets/kernelbench.ts';
import type { ChangedFile, Repository } from '../../src/targets/repository.ts';

const CONVENTION = 'class Model: ...\ndef get_inputs(): ...\ndef get_init_inputs(): ...\n';

function repositoryOf(files: Readonly<Record<string, string>>): Repository {
  return {
    changedFiles: async () => [],
    readFile: async (path) => {
      if (path.startsWith('links/')) throw new ConfigurationError(`${path} is a symbolic link`);
      return files[path];
    },
    listFiles: async () => [],
  };
}

const modified = (...paths: string[]): ChangedFile[] => paths.map((path) => ({ path, status: 'modified' }));
const all: Recognizer = async (files) => files.map(() => []);

describe('changedConventionTargets', () => {
  const find = (files: Readonly<Record<string, string>>, changed: readonly ChangedFile[], recognize = all) =>
    changedConventionTargets(
      repositoryOf(files),
      'HEAD',
      changed,
      { targets: [{ ...conventionTarget('b.py'), name: 'a' }] },
      recognize,
    );

  it('finds those that no target names, under names that no target has', async () => {
    const files = { 'a.py': CONVENTION, 'b.py': CONVENTION, 'sub/a.py': CONVENTION };
    const renamed: ChangedFile = { path: 'sub/a.py', status: 'renamed', previousPath: 'z.py' };
    const { selected, leftOut } = await find(files, [...modified('a.py', 'b.py', 'c.cu'), renamed]);
    expect(selected.map(({ target: { name, source }, because }) => [name, source, because])).toEqual([
      ['a-2', 'a.py', "a.py was modified and follows KernelBench's convention"],
      ['sub.a', 'sub/a.py', "sub/a.py was renamed from z.py and follows KernelBench's convention"],
    ]);
    expect(leftOut).toEqual([]);
  });

  it('asks nothing where no file has the words, and of what it asks believes the answer', async () => {
    const asked: string[] = [];
    const some: Recognizer = async (files) => {
      asked.push(...files.map(({ path }) => path));
      return files.map(({ path }) => (path === 'yes.py' ? [] : ['a class Model']));
    };
    const none = "no target names it, and it does not follow KernelBench's convention";
    expect(await find({ 'c.py': 'x = 1\n' }, modified('c.py'), some)).toEqual({
      selected: [],
      leftOut: [{ path: 'c.py', because: none }],
    });
    expect(asked).toEqual([]);
    const files = { 'no.py': CONVENTION, 'c.py': '', 'yes.py': CONVENTION };
    const { selected, leftOut } = await find(files, modified('no.py', 'c.py', 'yes.py'), some);
    expect(selected.map(({ target }) => target.source)).toEqual(['yes.py']);
    expect(leftOut).toEqual([
      { path: 'no.py', because: `${none}: it lacks a class Model` },
      { path: 'c.py', because: none },
    ]);
    expect(asked).toEqual(['no.py', 'yes.py']);
  });

  it('passes over what was removed, and over what cannot be read', async () => {
    const removed: ChangedFile = { path: 'a.py', status: 'removed' };
    expect(await find({ 'a.py': CONVENTION }, [removed, ...modified('links/a.py', 'gone.py')])).toEqual({
      selected: [],
      leftOut: [
        { path: 'links/a.py', because: 'links/a.py is a symbolic link' },
        { path: 'gone.py', because: 'there is no such file any more' },
      ],
    });
  });

  it('reads no more than 200 files, and says so of the others', async () => {
    const paths = Array.from({ length: 202 }, (_, index) => `m${index}.py`);
    const files = Object.fromEntries(paths.map((path) => [path, CONVENTION]));
    const { selected, leftOut } = await find(files, modified(...paths));
    expect(selected).toHaveLength(200);
    expect(leftOut.map(({ path }) => path)).toEqual(['m200.py', 'm201.py']);
    expect(leftOut[0]?.because).toContain('of more than 200 changed .py files');
  });
});

describe('conventionTargetAt', () => {
  const at = (path: string, missing: readonly string[] = []) =>
    conventionTargetAt(repositoryOf({ 'models/a.py': CONVENTION }), 'HEAD', path, async () => [missing]);

  it('takes a path as people write it', async () => {
    expect(await at('./models/a.py')).toEqual(conventionTarget('models/a.py'));
  });

  it('says what a file lacks', async () => {
    await expect(at('models/a.py', ['a class Model', 'a function get_inputs()'])).rejects.toThrow(
      new ConfigurationError(
        "models/a.py does not follow KernelBench's convention: it lacks a class Model, a function get_inputs(). Add that, or describe the module in the configuration as docs/configuration.md shows.",
      ),
    );
  });

  it('says that there is no such file, or that it cannot be one', async () => {
    await expect(at('models/b.py')).rejects.toThrow('There is no models/b.py here');
    await expect(at('/models/a.py')).rejects.toThrow('The target "/models/a.py" is absolute');
  });
});
