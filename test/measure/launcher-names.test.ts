import { describe, expect, it } from 'vitest';
import { launcherNames } from '../../src/measure/launcher-names.ts';

describe('launcherNames', () => {
  it.each([
    ['one function', 'extern "C" void scale(const float* x, int n) {\n  if (n > 0) run(x);\n}', ['scale']],
    [
      'a declaration before its definition',
      'extern "C" void scale(int n);\nextern "C" void scale(int n) {}',
      ['scale'],
    ],
    ['a function that takes another', 'extern "C" void map(int (*each)(int), int n) {}', ['map']],
    ['attributes', 'extern "C" __attribute__((visibility("default"))) void scale(int n) {}', ['scale']],
    [
      'a block',
      'extern "C" {\nvoid one(int n) { if (n) { two(n); } }\nint two(int n);\n}\nvoid three() {}',
      ['one', 'two'],
    ],
    ['none in comments', '// extern "C" void old(int n);\n/* extern "C" void older(); */', []],
    ['none of C++', 'void scale(int n) {}', []],
    ['none of nothing', 'extern "C"', []],
    ['what is not closed', 'extern "C" { void one(int n);', ['one']],
  ])('finds %s', (_, source, names) => {
    expect(launcherNames(source)).toEqual(names);
  });
});
