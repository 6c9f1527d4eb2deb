import { describe, expect, it } from 'vitest';
import { hashFiles } from '../../src/core/source.ts';
import { candidateFor } from '../../src/targets/candidate-for.ts';
import { conventionTarget, mayFollowConvention } from '../../src/targets/kernelbench.ts';

describe('mayFollowConvention', () => {
  const text = 'class Model: ...\ndef get_inputs(): ...\ndef get_init_inputs(): ...\n';

  it.each([
    ['models/a.py', text, true],
    ['models/a.cu', text, false],
    ['-a.py', text, false],
    ['models/a.py', text.replace('get_init_inputs', 'get_arguments'), false],
  ])('%s with the words %j is worth parsing: %s', (path, content, worth) => {
    expect(mayFollowConvention({ path, content })).toBe(worth);
  });
});

describe('conventionTarget', () => {
  it('is a module that is not described yet', () => {
    expect(conventionTarget('models/attention.py')).toEqual({
      name: 'models.attention',
      kind: 'module',
      source: 'models/attention.py',
      entry: 'Model',
      convention: 'kernelbench',
      init: [],
      arguments: [],
      parameters: [],
      workloads: [],
      vary: [],
      emulate: [],
    });
  });

  it.each([
    ['1_Square matmul.py', '1_Square_matmul'],
    ['.hidden/a.py', 'hidden.a'],
    ['größe.py', 'gr__e'],
    ['.py', 'model'],
    [`${'deep/'.repeat(20)}a.py`, `${'deep.'.repeat(20)}a`.slice(-64)],
  ])('%s is called %s', (source, name) => {
    expect(conventionTarget(source).name).toBe(name);
    expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/);
  });

  it('takes no name that another target has', () => {
    const long = `${'a'.repeat(70)}.py`;
    expect(conventionTarget('a.py', new Set(['a', 'a-2'])).name).toBe('a-3');
    expect(conventionTarget(long, new Set(['a'.repeat(64)])).name).toBe(`${'a'.repeat(62)}-2`);
  });
});

describe('candidateFor', () => {
  const target = conventionTarget('models/a.py');
  const contentOf = (content: string) => candidateFor(target, [{ path: 'models/a.py', content }]).files[0]?.content;

  it('gives a class ModelNew the name of the one that it replaces, in the bytes that are hashed', () => {
    const candidate = candidateFor(target, [{ path: 'models/a.py', content: 'class ModelNew(Module):\n  pass\n\n' }]);
    const [file] = candidate.files;
    expect(file?.content).toBe(
      'class ModelNew(Module):\n  pass\n\n\nModel = ModelNew  # the name that is imported elsewhere\n',
    );
    expect(candidate.hash).toBe(hashFiles(candidate.files));
  });

  it('does so beside a class Model, and with the line ends of the file', () => {
    expect(contentOf('class Model: ...\r\nclass ModelNew: ...\r\n')).toMatch(
      /\r\n\r\n\r\nModel = ModelNew {2}#.*\r\n$/,
    );
  });

  it.each([
    'class Model: ...\n',
    'class ModelNew: ...\nModel = ModelNew\n',
    'x = "class ModelNew"\n',
    '  class ModelNew: ...\n',
  ])('leaves %j as it is', (content) => {
    expect(contentOf(content)).toBe(content);
  });

  it('leaves candidates for targets of the configuration as they are', () => {
    const { convention: _, ...configured } = target;
    const files = [{ path: 'models/a.py', content: 'class ModelNew: ...\n' }];
    expect(candidateFor(configured, files).files).toEqual(files);
  });
});
