import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../src/targets/configuration.ts';
import { configurationFile } from '../../../src/targets/draft/configuration-file.ts';
import { type Survey, surveyRepository } from '../../../src/targets/draft/survey.ts';
import { filesInMemory } from '../dependencies/files-in-memory.ts';
import { type Files, MODULES, NOTHING, PLAIN_CUDA, TRITON, UNPARSABLE } from './repositories.ts';

const survey = (files: Files): Promise<Survey> => surveyRepository(filesInMemory(files), Object.keys(files).sort());

async function parsed(files: Files) {
  const text = configurationFile(await survey(files)) ?? '';
  return Object.fromEntries(parseConfiguration(text, 'draft.yml').targets.map((target) => [target.name, target]));
}

describe.each(Object.entries({ PLAIN_CUDA, TRITON, MODULES, UNPARSABLE }))('the draft for %s', (_, files) => {
  it('is this', async () => {
    expect(configurationFile(await survey(files))).toMatchSnapshot();
  });

  it('is accepted by the parser, target for target', async () => {
    const { drafts } = await survey(files);
    const accepted = drafts.filter(({ problem }) => problem === undefined).map(({ draft }) => draft.name);
    expect(Object.keys(await parsed(files))).toEqual(accepted);
    expect(accepted.length).toBeGreaterThan(0);
  });

  it('says of each guess where it comes from, and leaves nothing unmarked that nobody wrote', async () => {
    const text = configurationFile(await survey(files)) ?? '';
    const declared = text
      .split('\n')
      .filter((line) => /^ {6}(\w+: "|- \{)/.test(line) && !/^ {6}\w+: "(f32|i64)"$/.test(line));
    expect(declared.filter((line) => !/# (guess: \S+|TODO: \S+)/.test(line))).toEqual([]);
  });
});

describe('a draft for plain CUDA', () => {
  it('takes extents from the indices in kernels, through helpers, headers and local pointers', async () => {
    const { row_sum_forward, scale_forward, gather_rows } = await parsed(PLAIN_CUDA);
    const shapes = (target: typeof row_sum_forward) =>
      target?.arguments.flatMap((argument) =>
        argument.kind === 'tensor' ? [[argument.name, argument.role, ...argument.shape]] : [],
      );
    expect(shapes(row_sum_forward)).toEqual([
      ['x', 'input', 'rows', 'cols'],
      ['y', 'output', 'rows'],
    ]);
    expect(shapes(scale_forward)).toEqual([
      ['x', 'input', 'n'],
      ['y', 'output', 'n'],
    ]);
    expect(shapes(gather_rows)).toEqual([
      ['table', 'input', 'table_rows', 'dim'],
      ['ids', 'input', 'n'],
      ['out', 'output', 'n', 'dim'],
    ]);
  });

  it('keeps indices inside what they index', async () => {
    const { gather_rows } = await parsed(PLAIN_CUDA);
    expect(gather_rows?.arguments.find(({ name }) => name === 'ids')).toMatchObject({
      range: { low: 0, high: 'table_rows' },
    });
  });

  it('takes sizes from calls in tests, in C++ and in Python', async () => {
    const { row_sum_forward, scale_forward, gather_rows } = await parsed(PLAIN_CUDA);
    expect(row_sum_forward?.workloads[0]?.values).toMatchObject({ rows: 2048, cols: 4096 });
    expect(scale_forward?.workloads[0]?.values).toEqual({ factor: 2.5, n: 1_000_000 });
    expect(gather_rows?.workloads[0]?.values).toMatchObject({ n: 8192, dim: 128 });
  });

  it('drafts kernels that no launcher launches, with the launch of the host code', async () => {
    const { bias, double_in_place, row_sum } = await parsed(PLAIN_CUDA);
    expect(bias).toMatchObject({
      entry: 'ops::bias<float>',
      launch: { grid: ['tokens', 1, 1], block: [256, 1, 1], shared: 1024 },
    });
    expect(double_in_place?.arguments[0]).toMatchObject({ role: 'inout' });
    expect(row_sum).toBeUndefined();
  });

  const TRANSPOSE = `#define TILE 32
__global__ void transpose(const float* x, float* y, int rows, int cols) {
  __shared__ float tile[TILE][TILE + 1];
  int c = blockIdx.x * TILE + threadIdx.x, r = blockIdx.y * TILE + threadIdx.y;
  if (c < cols && r < rows) tile[threadIdx.y][threadIdx.x] = x[r * cols + c];
  __syncthreads();
  int tc = blockIdx.y * TILE + threadIdx.x, tr = blockIdx.x * TILE + threadIdx.y;
  if (tc < rows && tr < cols) y[tr * rows + tc] = tile[threadIdx.x][threadIdx.y];
}
`;

  it('launches kernels as a test does that is the only one to launch them', async () => {
    const { transpose, helper } = await parsed({
      'kernels/transpose.cu': TRANSPOSE,
      'tests/transpose_test.cu': `#include "../kernels/transpose.cu"
__global__ void helper(float* y, int n) { if (threadIdx.x < n) y[threadIdx.x] = 0; }
int main() {
  int rows = 1000, cols = 500; float *a, *b;
  dim3 block(TILE, TILE), grid((cols + TILE - 1) / TILE, (rows + TILE - 1) / TILE);
  transpose<<<grid, block>>>(a, b, rows, cols);
}
`,
    });
    expect(transpose?.launch).toMatchObject({
      grid: ['ceil_div(cols, 32)', 'ceil_div(rows, 32)', 1],
      block: [32, 32, 1],
    });
    expect(transpose?.workloads).toMatchObject([{ values: { rows: 1000, cols: 500 } }]);
    expect(helper).toBeUndefined();
  });

  it.each([
    [
      'rows',
      'const float* row = x + (long long)blockIdx.x * cols; for (int c = threadIdx.x; c < cols; c += blockDim.x) y[blockIdx.x * cols + c] = row[c];',
    ],
    [
      'rows',
      'int r = blockIdx.x; if (r >= rows) return; for (int c = threadIdx.x; c < cols; c += 256) y[r * cols + c] = x[r * cols + c];',
    ],
    [
      'ceil_div(cols, 256)',
      'int c = blockIdx.x * blockDim.x + threadIdx.x; if (c < cols) for (int r = 0; r < rows; r++) y[r * cols + c] = x[r * cols + c];',
    ],
    [
      'ceil_div(rows, 256)',
      'int first = blockIdx.x * 256; int r = first + threadIdx.x; if (r < rows) for (int c = 0; c < cols; c++) y[r * cols + c] = x[r * cols + c];',
    ],
  ])('guesses a grid of %s where nobody launches: %s', async (grid, body) => {
    const { copy } = await parsed({
      'copy.cu': `__global__ void copy(const float* x, float* y, int rows, int cols) { ${body} }`,
    });
    expect(copy?.launch?.grid[0]).toBe(grid);
    expect(copy?.arguments).toMatchObject([{ shape: ['rows', 'cols'] }, { shape: ['rows', 'cols'] }, {}, {}]);
  });

  it('guesses no launch where threads are counted in a plane', async () => {
    expect((await survey({ 'kernels/transpose.cu': TRANSPOSE })).leftOut).toMatchObject([
      { name: 'transpose', because: expect.stringMatching(/^nothing in the repository launches it, and its threads/) },
    ]);
  });

  it('says what it cannot draft, and passes over what is vendored', async () => {
    const { leftOut, drafts } = await survey(PLAIN_CUDA);
    expect(leftOut.map(({ name, because }) => `${name}: ${because}`)).toEqual([
      expect.stringMatching(/^with_flag: flag is of type bool, which/),
      expect.stringMatching(/^copy_vectors: x points to float4, which needs a cast/),
    ]);
    expect(drafts.map(({ draft }) => draft.name)).not.toContain('other');
  });
});

describe('a draft for Python', () => {
  it('knows what wrappers of Triton kernels are passed and return', async () => {
    const { softmax, matmul, scale_ } = await parsed(TRITON);
    expect(softmax?.workloads.map(({ name }) => name)).toEqual(['rows=4096, cols=4096', 'rows=512, cols=32000']);
    expect(matmul?.arguments).toMatchObject([
      { name: 'a', dtype: 'f16', shape: ['M', 'K'] },
      { name: 'b', dtype: 'f16', shape: ['K', 'N'] },
      { name: 'c', role: 'output', dtype: 'f16', shape: ['M', 'N'] },
    ]);
    expect(scale_?.arguments).toMatchObject([
      { name: 'out', role: 'inout' },
      { name: 'x', role: 'input' },
      { type: 'f32' },
      { type: 'i32' },
    ]);
  });

  it('constructs modules as the repository does, else by defaults and names', async () => {
    const { GeluMLP, RMSNorm, Embed } = await parsed(MODULES);
    expect(GeluMLP?.init).toEqual({ width: 256, hidden: 1024, bias: true });
    expect(GeluMLP?.workloads[0]?.values).toEqual({ batch: 64 });
    expect(RMSNorm?.init).toEqual({ dim: 1024 });
    expect(Embed?.arguments).toMatchObject([
      { dtype: 'i64', range: { low: 0, high: 1000 } },
      { dtype: 'f32', shape: ['batch', 'seq', 64] },
    ]);
  });

  it('fixes extents that the constructor is given, which workloads could not change alone', async () => {
    const { Gate } = await parsed({
      'nets/gate.py': `import torch
from torch import nn
class Gate(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
    def forward(self, x):
        b, t, d = x.shape
        out = torch.empty(b, t, d)
        torch.mul(x, self.weight, out=out)
        return out
`,
      'tests/test_gate.py': `import torch
from nets.gate import Gate
def test_gate():
    m = Gate(64)
    assert m(torch.randn(3, 17, 64)).shape == (3, 17, 64)
`,
    });
    expect(Gate).toMatchObject({
      init: [64],
      arguments: [{ shape: ['b', 't', 64] }, { shape: ['b', 't', 64] }],
      workloads: [{ values: { b: 3, t: 17 } }],
    });
  });

  it('leaves files in the convention alone, and names them', async () => {
    expect((await survey(MODULES)).convention).toEqual(['models/problem.py']);
  });
});

describe('a survey', () => {
  it('finds nothing where there is nothing', async () => {
    const found = await survey(NOTHING);
    expect(found).toEqual({ drafts: [], leftOut: [], convention: [] });
    expect(configurationFile(found)).toBeUndefined();
  });

  it('comments out what the parser refuses, with the reason', async () => {
    const only = `__global__ void k(const float* stream, float* math, int n) { int i = threadIdx.x; if (i < n) math[i] = stream[i]; }
extern "C" void copy(const float* stream, float* math, int n) { k<<<1, 32>>>(stream, math, n); }`;
    const found = await survey({ 'a.cu': only });
    const text = configurationFile(found) ?? '';
    expect(found.drafts[0]?.problem).toMatch(/"math" is taken by references/);
    expect(text).toMatch(/^# targets:$/m);
    expect(text).toMatch(/^ {2}# copy is commented out because .*"math" is taken/m);
    expect(text.split('\n').filter((line) => line !== '' && !/^\s*#/.test(line))).toEqual([]);
  });

  it('gives targets of one name names of their own, and stops at fifty', async () => {
    const launcher = (name: string) => `extern "C" void ${name}(float* y, int n) { start(y, n); }\n`;
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`k/${index + 10}.cu`, launcher(index < 2 ? 'same' : `f${index}`)]),
    );
    const { drafts, leftOut } = await survey(files);
    expect(drafts.slice(0, 2).map(({ draft }) => [draft.name, draft.entry])).toEqual([
      ['same', 'same'],
      ['same-2', 'same'],
    ]);
    expect([drafts.length, leftOut.length]).toEqual([50, 10]);
  });
});
