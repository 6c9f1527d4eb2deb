import { describe, expect, it } from 'vitest';
import { numberOf, valuesBefore } from '../../../../src/targets/draft/usage/known-values.ts';

const all = (text: string) => valuesBefore(text, text.length);

describe('the values that names have', () => {
  it.each([
    ['n = 4096\n', { n: 4096 }],
    ['  int rows = 64, cols = 1 << 10;', { rows: 64, cols: 1024 }],
    ['constexpr int kN = 4 * 32; // four\nint m = kN / 2;', { kN: 128, m: 64 }],
    ['M, N, K = 512, 256, 128\n', { M: 512, N: 256, K: 128 }],
    ['#define SIZE 2048\n', { SIZE: 2048 }],
    ['eps: float = 1e-5\n', { eps: 1e-5 }],
    ['n = 1\nn = 2\n', { n: 2 }],
    ['size_t bytes = 10ul;\n', { bytes: 10 }],
    ['x = torch.randn(4)\nif n == 4: pass\n', {}],
  ])('are read in %j', (text, values) => {
    expect(all(text)).toEqual([values]);
  });

  it('are those of each case of a parametrized test', () => {
    const text = `k = 3
@pytest.mark.parametrize("rows, cols", [(1, 31), (4096, 4096)])
@pytest.mark.parametrize("n", [7, k * 2])
def test_it(rows, cols, n):
    `;
    expect(all(text)).toEqual([
      { k: 3, rows: 1, cols: 31, n: 7 },
      { k: 3, rows: 1, cols: 31, n: 6 },
      { k: 3, rows: 4096, cols: 4096, n: 7 },
      { k: 3, rows: 4096, cols: 4096, n: 6 },
    ]);
  });

  it('are those of a loop over a list', () => {
    expect(all('for n in [16, 32]:\n')).toEqual([{ n: 16 }, { n: 32 }]);
    expect(all('for a, b in ((1, 2), (3, 4)):\n')).toEqual([
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ]);
  });
});

describe('a number', () => {
  it.each([
    ['4096', 4096],
    ['1_000_000', 1_000_000],
    ['2 ** 20', 2 ** 20],
    ['(int)n', 8],
    ['ctypes.c_int64(n * 2)', 16],
    ['static_cast<int>(n)', 8],
    ['2.5f', 2.5],
    ['-1', -1],
    ['n + unknown', undefined],
    ['x.size(0)', undefined],
    ['"4"', undefined],
  ])('%s is %s', (text, value) => {
    expect(numberOf(text, { n: 8 })).toBe(value);
  });
});
