import { describe, expect, it, test } from 'vitest';
import type { Target } from '../../src/core/target.ts';
import { parseConfiguration } from '../../src/targets/configuration.ts';
import { dependencyGraph } from '../../src/targets/dependencies/graph.ts';
import { createSyntax } from '../../src/targets/dependencies/syntax.ts';
import { unreachedFiles } from '../../src/targets/dependencies/unreached.ts';
import { newFilesProblem } from '../../src/targets/new-files.ts';
import { filesInMemory } from './dependencies/files-in-memory.ts';
import { GELU_MLP, pythonWith } from './python-configurations.ts';
import { refusalOf } from './refusal.ts';
import { SOFTMAX, softmaxWith } from './softmax-configuration.ts';

const cuda = (patterns: string) => softmaxWith('args:', `new-files: ${patterns}\n    args:`);
const python = (patterns: string) => pythonWith(GELU_MLP, 'init:', `new-files: ${patterns}\n    init:`);
const targetOf = (text: string): Target | undefined => parseConfiguration(text, 'kernelwright.yml').targets[0];
const file = (path: string, content = '// new\n') => ({ path, content });

describe('the patterns of a target', () => {
  it('are read with their paths normalized', () => {
    const written = '[kernels/*.cuh, ./kernels/softmax/fast_*.hpp, kernels/softmax/tile.h]';
    const patterns = ['kernels/*.cuh', 'kernels/softmax/fast_*.hpp', 'kernels/softmax/tile.h'];
    expect(targetOf(cuda(written))?.newFiles).toEqual({ patterns });
    expect(targetOf(python('["kernels/gelu/*.py"]'))?.newFiles).toEqual({ patterns: ['kernels/gelu/*.py'] });
  });

  it('are absent where no file may be added', () => {
    expect(targetOf(SOFTMAX)).not.toHaveProperty('newFiles');
    expect(targetOf(cuda('[]'))).not.toHaveProperty('newFiles');
  });

  test.each([
    ['text', cuda('kernels/*.cuh'), /expected a list, got "kernels\/\*\.cuh"; write a list of patterns/],
    ['too many', cuda('[kernels/a*.h, kernels/b*.h, kernels/c*.h, kernels/d*.h, kernels/e*.h]'), /4 are the most/],
    ['a pattern twice', cuda('[kernels/*.h, ./kernels/*.h]'), /stands here a second time/],
    ['an absolute one', cuda('["/kernels/*.h"]'), /is absolute/],
    ['one that leads out', cuda('["kernels/../*.h"]'), /has "\.\." in it/],
    ['one beside nothing', cuda('["other/*.h"]'), /beside or below.*"kernels\/softmax\/\*\.cuh"/],
    ['one of a folder of like name', cuda('["kernels2/*.h"]'), /beside or below/],
    ['one of all folders', cuda('["kernels/**/*.h"]'), /a \* that would take folders/],
    ['one of two stars', cuda('["kernels/**.h"]'), /a \* that would take folders/],
    ['one of any folder', cuda('["kernels/*/a.h"]'), /a \* that would take folders/],
    ['one in braces', cuda('["kernels/{a,b}.h"]'), /has "\{" in it/],
    ['one that negates', cuda('["kernels/!(a).h"]'), /has "!" in it/],
    ['one in brackets', cuda('["kernels/[ab].h"]'), /has "\[" in it/],
    ['one of hidden files', cuda('["kernels/.tools/*.h"]'), /begins with a dot/],
    ['a further source', cuda('["kernels/*.cu"]'), /headers \(\.cuh, \.h, \.hpp\)/],
    ['a module for a launcher', cuda('["kernels/*.py"]'), /can add headers/],
    ['any file', cuda('["kernels/*"]'), /can add headers/],
    ['a header for a module', python('["kernels/*.cuh"]'), /can add modules \(\.py\)/],
    ['the root', cuda('["*.cuh"]').replace('kernels/softmax.cu', 'softmax.cu'), /for example "softmax\/\*\.cuh"/],
    ['workflows', cuda('[".github/*.h"]').replace('kernels/softmax.cu', 'softmax.cu'), /begins with a dot/],
    [
      "Kernelwright's own",
      cuda('["kernelwright-x/*.h"]').replace('kernels/softmax.cu', 'softmax.cu'),
      /begins with "kernelwright-"/,
    ],
    [
      'a project',
      'targets:\n  relu:\n    kernel-builder: .\n    new-files: [relu_cuda/*.cuh]\n',
      /a project has the files that its build\.toml names/,
    ],
  ])('cannot be %s', (_, text, why) => {
    expect(refusalOf(text)).toMatch(why);
  });
});

describe('what is there', () => {
  const files = {
    'kernels/softmax.cu': '#include "tile.cuh"\n',
    'kernels/tile.cuh': '',
    'kernels/Old.CUH': '',
    'kernels/deep/x.cuh': '',
    'kernels/notes.md': '',
  };

  it('is known once a target was read', async () => {
    const target = targetOf(cuda('[kernels/*.cuh, kernels/none/*.h]'));
    const read = target && (await dependencyGraph(filesInMemory(files), 'ref').resolve(target));
    expect(read?.newFiles?.taken).toEqual(['kernels/Old.CUH', 'kernels/tile.cuh']);
  });
});

describe('files that a candidate adds', () => {
  const newFiles = { patterns: ['kernels/fast*.cuh', 'kernels/m/*.py'], taken: ['kernels/fast_old.cuh'] };
  const present = [file('kernels/softmax.cu'), file('kernels/fast_tile.cuh')];
  const problem = (...added: ReturnType<typeof file>[]) => newFilesProblem(added, newFiles, present);

  it('may be none, where none may be added too', () => {
    expect(newFilesProblem([], undefined, present)).toBeUndefined();
    expect(newFilesProblem([file('a.cuh')], undefined, present)).toMatch(/not a path at which a file may be added/);
  });

  it('may be at free paths that a pattern takes', () => {
    expect(problem(file('kernels/fast.cuh'), file('kernels/fast_2.cuh'), file('kernels/m/tile.py'))).toBeUndefined();
  });

  test.each([
    ['kernels/slow.cuh', /not a path/],
    ['kernels/deep/fast.cuh', /not a path/],
    ['./kernels/fast.cuh', /not a path/],
    ['kernels//fast.cuh', /not a path/],
    ['kernels/x/../fast.cuh', /not a path/],
    ['kernels\\fast.cuh', /not a path/],
    ['Kernels/fast.cuh', /not a path/],
    ['kernels/fast/../../.github/x.cuh', /not a path/],
    ['.github/workflows/ci.yml', /not a path/],
    ['kernels/fast_old.cuh', /is there already/],
    ['kernels/fast_OLD.cuh', /is there already/],
    ['kernels/fast_tile.cuh', /is there already/],
    ['kernels/fast é.cuh', /cannot be included/],
    ['kernels/fast$(id).cuh', /cannot be included/],
    ['kernels/m/two-words.py', /cannot be included/],
    ['kernels/m/__init__.py', /by themselves/],
    ['kernels/m/conftest.py', /by themselves/],
    ['kernels/m/test_x.py', /by themselves/],
  ])('cannot be at %j', (path, why) => {
    expect(problem(file(path))).toMatch(why);
  });

  it('cannot be one another but for their case, too many, too large, empty or no text', () => {
    expect(problem(file('kernels/fastA.cuh'), file('kernels/fasta.cuh'))).toMatch(/only in upper and lower case/);
    expect(problem(...[1, 2, 3, 4, 5].map((n) => file(`kernels/fast${n}.cuh`)))).toMatch(/4 are the most/);
    const half = 'x'.repeat(600 * 1024);
    expect(problem(file('kernels/fast1.cuh', half))).toBeUndefined();
    expect(problem(file('kernels/fast1.cuh', half), file('kernels/fast2.cuh', half))).toMatch(/larger than 1 MiB/);
    expect(problem(file('kernels/fast1.cuh', ' \n'))).toMatch(/is empty/);
    expect(problem(file('kernels/fast1.cuh', 'a\0'))).toMatch(/no source file/);
    expect(problem(file('kernels/fast1.cuh', '\ud800'))).toMatch(/no source file/);
  });
});

describe('what nothing reaches', () => {
  const syntax = createSyntax();

  it('are headers that are not included, be it by each other', async () => {
    const target = targetOf(SOFTMAX) as Target;
    const source = file('kernels/softmax.cu', '#include "a.cuh"\n// #include "c.cuh"\n');
    const added = [file('kernels/a.cuh', '#include "b.cuh"\n'), file('kernels/b.cuh'), file('kernels/c.cuh')];
    expect(await unreachedFiles(target, [source, ...added], added, syntax)).toEqual(['kernels/c.cuh']);
  });

  it('are modules that are not imported', async () => {
    const target = targetOf(GELU_MLP) as Target;
    const source = file('kernels/gelu_mlp.py', 'from .gelu.tile import x\nfrom kernels.gelu import y\n');
    const added = ['tile', 'y', 'z'].map((name) => file(`kernels/gelu/${name}.py`, 'x = 1\n'));
    expect(await unreachedFiles(target, [source, ...added], added, syntax)).toEqual(['kernels/gelu/z.py']);
  });
});
