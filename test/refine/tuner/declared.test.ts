import { describe, expect, it } from 'vitest';
import { combinations } from '../../../src/refine/tuner/combinations.ts';
import { declaredTunables } from '../../../src/refine/tuner/declared.ts';
import { filesWith, valuesText } from '../../../src/refine/tuner/space.ts';
import { SYNTAX } from './spaces.ts';

async function declared(content: string, path = 'kernels/a.cu') {
  const { files, space, problem } = await declaredTunables([{ path, content }], [path], SYNTAX);
  const texts = space && combinations(space).map((values) => valuesText(values));
  return { content: files[0]?.content, space, texts, problem };
}

describe('tunables that a candidate declares', () => {
  const file = (name: string, block = 128) => ({
    path: `kernels/${name}.cu`,
    content: `// kernelwright: tune BLOCK=64,128\nconstexpr int BLOCK = ${block};\n`,
  });

  it('are taken out in no time, however many blanks the file holds', async () => {
    const before = `int a;${' '.repeat(100_000)}int b;\n`;
    const began = performance.now();
    const { content } = await declared(`${before}constexpr int A = 1;  // kernelwright: tune A=1,2\n`);
    expect(content).toBe(`${before}constexpr int A = 1;\n`);
    // It took seven seconds.
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('stand in any file that it writes, and in no other', async () => {
    const read = await declaredTunables([file('a'), file('b', 256)], ['kernels/b.cu'], SYNTAX);
    expect(read.files.map(({ content }) => content)).toEqual([file('a').content, 'constexpr int BLOCK = 256;\n']);
    const [a, b] = read.space === undefined ? [] : filesWith(read.space, { BLOCK: 64 });
    expect(a).toEqual(file('a'));
    expect(b?.content).toBe('constexpr int BLOCK = 64;\n');
  });

  it('stand in one file, since a name in two would mean two constants', async () => {
    const { files, space, problem } = await declaredTunables(
      [file('a'), file('b')],
      ['kernels/a.cu', 'kernels/b.cu'],
      SYNTAX,
    );
    expect(files.every(({ content }) => content === 'constexpr int BLOCK = 128;\n')).toBe(true);
    expect({ space, problem }).toEqual({
      space: undefined,
      problem: '"kernelwright: tune" stands in kernels/a.cu and kernels/b.cu; name constants of one file only.',
    });
  });

  it('are a constant, a macro and a parameter of a template', async () => {
    const { content, space, texts, problem } = await declared(`// kernelwright: tune BLOCK=64,128 VEC=1,2 BM=32
constexpr int BLOCK = 128;
#define VEC 1
template <int BM = 16> __global__ void k() {}
`);
    expect(problem).toBeUndefined();
    expect(content).toMatch(/^constexpr int BLOCK = 128;\n/);
    expect(texts).toEqual([
      'BLOCK=128 VEC=1 BM=16',
      'BLOCK=64 VEC=1 BM=16',
      'BLOCK=128 VEC=2 BM=16',
      'BLOCK=128 VEC=1 BM=32',
      'BLOCK=64 VEC=1 BM=32',
      'BLOCK=64 VEC=2 BM=16',
      'BLOCK=128 VEC=2 BM=32',
      'BLOCK=64 VEC=2 BM=32',
    ]);
    expect(space && filesWith(space, { BLOCK: 64, VEC: 2, BM: 32 })[0]?.content).toBe(`constexpr int BLOCK = 64;
#define VEC 2
template <int BM = 32> __global__ void k() {}
`);
  });

  it('are, in Python, what is assigned and what a kernel is called with', async () => {
    const source = `import triton
# kernelwright: tune BLOCK=256,512 num_warps=4,8 ROWS=1,2
ROWS = 1


@triton.jit
def kernel(x, BLOCK: tl.constexpr = 128):
    pass


def f(x):
    kernel[(1,)](x, BLOCK=512, num_warps=4)
`;
    const { content, space, texts } = await declared(source, 'kernels/a.py');
    expect(texts).toHaveLength(8);
    expect(texts?.[0]).toBe('BLOCK=512 num_warps=4 ROWS=1');
    expect(content).not.toContain('kernelwright');
    const [file] = space ? filesWith(space, { BLOCK: 256, num_warps: 8, ROWS: 2 }) : [];
    expect(file?.content).toBe(
      source
        .replace(/# kernelwright.*\n/, '')
        .replace('ROWS = 1', 'ROWS = 2')
        .replace('BLOCK=512, num_warps=4', 'BLOCK=256, num_warps=8'),
    );
  });

  it.each([
    ['constexpr int A = 1;  // kernelwright: tune A=1,2\nint b;\n', 'constexpr int A = 1;\nint b;\n'],
    ['constexpr int A = 1;\n/* kernelwright: tune A=1,2 */\nint b;\n', 'constexpr int A = 1;\nint b;\n'],
    ['constexpr int A = /* kernelwright: tune A=1,2 */ 1;\n', 'constexpr int A =  1;\n'],
    ['  // kernelwright:tune A=1,2\r\nconstexpr int A = 1;\r\n', 'constexpr int A = 1;\r\n'],
    ['constexpr int A = 1;\n// kernelwright: tune A=1,2', 'constexpr int A = 1;\n'],
    [
      '// kernelwright: tune A=1\n// kernelwright: tune B=1,2\nconstexpr int A = 2, B = 3;\n',
      'constexpr int A = 2, B = 3;\n',
    ],
  ])('leave nothing of their comment: %j', async (source, content) => {
    const read = await declared(source);
    expect(read.content).toBe(content);
    expect(read.texts?.length).toBeGreaterThan(1);
  });

  it('are none without a comment, and none in a string', async () => {
    const source = 'constexpr int A = 1;\nconst char* s = "// kernelwright: tune A=1,2";\n';
    expect(await declared(source)).toEqual({ content: source, space: undefined, texts: undefined, problem: undefined });
    expect(await declared('// tune A=1,2\n')).toMatchObject({ content: '// tune A=1,2\n', space: undefined });
  });

  it.each([
    ['B=1,2', /names B, but the file has no such constant with a whole number: write for example "constexpr int B/],
    ['', /names no constant/],
    ['A', /"A" .* is not a name with whole numbers/],
    ['A=', /is not a name with whole numbers/],
    ['A=1, 2', /"A=1,"/],
    ['A=one', /"A=one"/],
    ['A=-1,2', /"A=-1,2"/],
    ['A=1,2 A=3', /names A twice/],
    [`A=${Array.from({ length: 17 }, (_, index) => index).join(',')}`, /gives A 17 values; 16 are the most/],
    ['A=9999999', /a value above 1048576/],
    [Array.from({ length: 9 }, (_, index) => `A${index}=1`).join(' '), /names 9 constants; 8 are the most/],
    ['C=1,2', /names C, which stands in lines 2 and 3 with different numbers/],
  ])('are refused with a reason: %j', async (text, problem) => {
    const source = `// kernelwright: tune ${text}\nconstexpr int A = 1;\nvoid f() { const int C = 1; }\nvoid g() { const int C = 2; }\n`;
    const read = await declared(source);
    expect(read.problem).toMatch(problem);
    expect(read.space).toBeUndefined();
    expect(read.content).toMatch(/^constexpr int A = 1;/);
  });
});
