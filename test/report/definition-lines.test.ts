import { describe, expect, it } from 'vitest';
import { definitionLines } from '../../src/report/definition-lines.ts';

const cuda = (content: string, entry = 'scale') => definitionLines({ path: 'k.cu', content }, entry);
const python = (content: string, entry = 'Model') => definitionLines({ path: 'm.py', content }, entry);

describe('definitionLines of CUDA', () => {
  it.each<[string, string, [number, number]]>([
    ['a kernel', '#include <a>\n\n__global__ void scale(float* x) {\n}\n', [3, 3]],
    [
      'a launcher behind its kernel',
      '__global__ void k() { }\nextern "C" void scale(int n) { k<<<1, 1>>>(); }\n',
      [2, 2],
    ],
    ['what is declared and called before', 'void scale(int);\nvoid f() { scale(1); }\nvoid scale(int n) {\n', [3, 3]],
    [
      'a comment and a string with its name',
      '// void scale(int) {\nchar* s = "void scale(int) {";\n/* scale() { */ void scale() {}\n',
      [3, 3],
    ],
    ['a raw string', 'auto s = R"x(\nvoid scale() { ")y"\n)x";\nvoid scale() {}\n', [4, 4]],
    ['a macro', '#define scale(x) \\\n  { x }\nvoid scale(int a) {\n', [3, 3]],
    [
      'a template over several lines',
      'int a;\ntemplate <typename T>\n__global__ void scale(\n    T* x,\n    int n) {\n',
      [2, 5],
    ],
    ['launch bounds', '__global__ void __launch_bounds__(256) scale(int n)\n{\n', [1, 2]],
    ['a digit separator', "int n = 1'000;\nvoid scale() {}\n", [2, 2]],
    ['nothing of the kind', 'DEFINE_KERNEL(scale)\n', [1, 1]],
    ['a file without an end', 'void scale(int', [1, 1]],
  ])('finds %s', (_, content, [start, end]) => {
    expect(cuda(content)).toEqual({ start, end });
  });

  it('takes qualified names and template arguments', () => {
    const content = 'namespace ns {\n\ntemplate <int N> __global__ void scale(int n) {\n';
    expect(cuda(content, 'ns::scale<float, 4>')).toEqual({ start: 3, end: 3 });
    expect(cuda(content, '???')).toEqual({ start: 1, end: 1 });
  });

  it.each([
    ['quotes', 'R"('],
    ['comments', '/*'],
    ['calls', 'scale('],
    ['braces', 'scale() ;{'],
  ])('does not take long with many %s', (_, piece) => {
    const began = performance.now();
    cuda(piece.repeat(30_000));
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});

describe('definitionLines of Python', () => {
  it.each<[string, string, string, [number, number]]>([
    ['a class', 'import torch\n\nclass Model(nn.Module):\n    pass\n', 'Model', [3, 3]],
    ['a function over several lines', '@jit\ndef Model(\n    x,\n    y=(1, 2),\n) -> None:\n', 'Model', [2, 5]],
    ['one after a text with its name', '"""\nclass Model:\n"""\nclass Model:\n', 'Model', [4, 4]],
    ['no longer name', 'class ModelNew:\n  pass\nclass Model:\n', 'Model', [3, 3]],
    ['a method', 'class A:\n    def run(self):\n', 'A.run', [2, 2]],
    ['what is assigned', 'x = 1\nModel: Any = compile(f)\n', 'Model', [2, 2]],
    ['nothing', 'from a import Model\n', 'Model', [1, 1]],
  ])('finds %s', (_, content, entry, [start, end]) => {
    expect(python(content, entry)).toEqual({ start, end });
  });
});
