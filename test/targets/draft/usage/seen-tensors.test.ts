import { describe, expect, it } from 'vitest';
import { tensorIn } from '../../../../src/targets/draft/usage/seen-tensors.ts';

describe('a tensor in a program', () => {
  it.each([
    ['torch.randn(4, n)', { extents: [4, 8], dtype: 'f32' }],
    ['torch.zeros((n, 2), dtype=torch.bfloat16, device="cuda")', { extents: [8, 2], dtype: 'bf16' }],
    ['torch.rand(n).half().cuda()', { extents: [8], dtype: 'f16' }],
    ['torch.ones(size=(2, 3)).to("cuda", torch.float64)', { extents: [2, 3], dtype: 'f64' }],
    ['torch.randint(0, 100, (n,))', { extents: [8], dtype: 'i64', range: [0, 100] }],
    ['torch.randint(50, (2, n), dtype=torch.int32)', { extents: [2, 8], dtype: 'i32', range: [0, 50] }],
    ['np.random.randn(3, 3)', { extents: [3, 3], dtype: 'f32' }],
    ['x', { extents: [16, 8], dtype: 'f16' }],
    ['x.contiguous()', { extents: [16, 8], dtype: 'f16' }],
    ['torch.empty_like(x)', { extents: [16, 8], dtype: 'f16' }],
  ])('%s is known', (text, tensor) => {
    const head = 'x = torch.randn(4)\nx = torch.randn(\n    16, n,\n    dtype=torch.float16,\n)\n';
    expect(tensorIn(text, head, { n: 8 })).toEqual(tensor);
  });

  it.each(['4', 'model(x)', 'torch.randn(unknown)', 'torch.randn(*shape)', 'y', 'torch.randn(0)'])(
    '%s is none that is known',
    (text) => {
      expect(tensorIn(text, '', {})).toBeUndefined();
    },
  );
});
