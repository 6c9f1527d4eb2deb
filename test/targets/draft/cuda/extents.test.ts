import { describe, expect, it } from 'vitest';
import { createSyntax } from '../../../../src/targets/dependencies/syntax.ts';
import { scalarOf } from '../../../../src/targets/draft/cuda/c-type.ts';
import { indexContext, resolveAccess, shapeOf } from '../../../../src/targets/draft/cuda/extents.ts';
import { readCudaSource } from '../../../../src/targets/draft/cuda/read-source.ts';
import { formatFormula } from '../../../../src/targets/formula.ts';

const syntax = createSyntax();

/** The shape of `x` that the first of its accesses in a kernel's body tells. */
async function shapeIn(body: string): Promise<(string | undefined)[] | undefined> {
  const content = `constexpr int T = 32;\n__global__ void k(const float* x, const int* ids, float* y, int n, int b, int h, int w, int c) { ${body} }`;
  const source = await readCudaSource({ path: 'k.cu', content }, syntax);
  const [kernel] = source?.functions ?? [];
  if (kernel === undefined) return undefined;
  const context = indexContext(
    kernel,
    (type) => scalarOf(type)?.startsWith('i') === true,
    source?.constants ?? new Map(),
  );
  for (const access of kernel.body.accesses) {
    const resolved = resolveAccess(access, context);
    if (resolved?.pointer !== 'x') continue;
    return shapeOf(access, resolved.index, context)?.extents.map((each) =>
      each === undefined ? undefined : formatFormula(each),
    );
  }
  return undefined;
}

describe('the shape that an index tells', () => {
  it.each([
    ['one bound', 'int i = blockIdx.x * blockDim.x + threadIdx.x; if (i < n) y[0] = x[i];', ['n']],
    ['a guard that leaves', 'int i = threadIdx.x; if (i >= n) return; y[0] = x[i];', ['n']],
    ['a loop', 'for (int i = threadIdx.x; i < n; i += blockDim.x) y[0] += x[i];', ['n']],
    ['rows and columns', 'int r = threadIdx.y, q = threadIdx.x; if (r < h && q < w) y[0] = x[r * w + q];', ['h', 'w']],
    ['columns first', 'int r = threadIdx.y; if (r < h) y[0] = x[threadIdx.x * h + r];', ['blockDim.x', 'h']],
    ['the number of a block', 'y[0] = x[blockIdx.x * w + threadIdx.x];', ['gridDim.x', 'w']],
    [
      'nested products',
      'for (int i = 0; i < b; i++) y[0] = x[((i * h + blockIdx.y) * w + blockIdx.x) * c + threadIdx.x];',
      ['b', 'h', 'w', 'c'],
    ],
    [
      'products written out',
      'int i = blockIdx.z; y[0] = x[i * h * w + threadIdx.y * w + threadIdx.x];',
      ['gridDim.z', 'h', 'w'],
    ],
    [
      'a pointer to a row',
      'const float* row = x + (size_t)blockIdx.x * w; y[0] = row[threadIdx.x];',
      ['gridDim.x', 'w'],
    ],
    ['the address of a row', 'const float* row = &x[blockIdx.x * w]; y[0] = row[threadIdx.x];', ['gridDim.x', 'w']],
    ['a pointer that is moved', 'x += blockIdx.x * w; y[0] = x[threadIdx.x];', ['gridDim.x', 'w']],
    [
      'a tile',
      'int q = blockIdx.x * T + threadIdx.x; for (int t = 0; t < h; t += T) if (t + threadIdx.y < h && q < w) y[0] = x[(t + threadIdx.y) * w + q];',
      ['h', 'w'],
    ],
    ['rows of three', 'int i = threadIdx.x; if (i < n) y[0] = x[3 * i + 1];', ['n', '3']],
    ['rows that another tensor names', 'y[0] = x[ids[blockIdx.x] * w + threadIdx.x];', [undefined, 'w']],
    ['what is bounded by nothing', 'y[0] = x[foo(3)];', [undefined]],
    ['strides that are none of a row-major tensor', 'y[0] = x[blockIdx.x * w + blockIdx.y * h];', undefined],
  ])('%s', async (_, body, shape) => {
    expect(await shapeIn(body)).toEqual(shape);
  });
});
