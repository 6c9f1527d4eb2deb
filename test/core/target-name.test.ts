import { describe, expect, it } from 'vitest';
import { targetNameProblem } from '../../src/core/target-name.ts';

describe('what names a target', () => {
  it.each([
    'softmax',
    '_1',
    'a.b-c',
    'x'.repeat(64),
    'models/mlp.py',
    'Mlp.py',
    'my models/mlp.py',
    'build.toml',
    'a/build.toml',
  ])('%s may', (name) => {
    expect(targetNameProblem(name)).toBeUndefined();
  });

  it.each([
    ['', 'is not the name of a target, nor the path of a .py file or a build.toml'],
    ['kernels/softmax.cu', 'is not the name of a target, nor the path of a .py file or a build.toml'],
    ['x'.repeat(65), 'is not the name of a target, nor the path of a .py file or a build.toml'],
    ['../mlp.py', 'has ".." in it; write the path from the root of the repository'],
    ['/mlp.py', 'is absolute; write the path from the root of the repository'],
    ['models\\mlp.py', 'has a backslash; write forward slashes: "models/mlp.py"'],
    ['./-mlp.py', 'begins with "-" or "@"; rename the file'],
    ['https://x.org/a.py', 'is an address; write the path of a file of the repository, from its root'],
    ['a\u0000.py', 'has a control character in it'],
    [`${'a/'.repeat(300)}b.py`, 'is longer than 512 characters'],
  ])('%j may not', (name, problem) => {
    expect(targetNameProblem(name)).toBe(problem);
  });
});
