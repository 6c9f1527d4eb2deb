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
    const found = await find(files, modified(...Object.keys(files), 'c.cu'));
    expect(found.map(({ name, source }) => [name, source])).toEqual([
      ['a-2', 'a.py'],
      ['sub.a', 'sub/a.py'],
    ]);
  });

  it('asks nothing where no file has the words, and of what it asks believes the answer', async () => {
    const asked: string[] = [];
    const some: Recognizer = async (files) => {
      asked.push(...files.map(({ path }) => path));
      return files.map(({ path }) => (path === 'yes.py' ? [] : ['a class Model']));
    };
    expect(await find({ 'c.py': 'x = 1\n' }, modified('c.py'), some)).toEqual([]);
    expect(asked).toEqual([]);
    const found = await find({ 'no.py': CONVENTION, 'yes.py': CONVENTION }, modified('no.py', 'yes.py'), some);
    expect(found.map(({ source }) => source)).toEqual(['yes.py']);
    expect(asked).toEqual(['no.py', 'yes.py']);
  });

  it('passes over what was removed, and over what cannot be read', async () => {
    const removed: ChangedFile = { path: 'a.py', status: 'removed' };
    expect(await find({ 'a.py': CONVENTION }, [removed, ...modified('links/a.py', 'gone.py')])).toEqual([]);
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
