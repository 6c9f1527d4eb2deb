/** Small repositories as people have them, for the drafts that `kernelwright init` makes. */
export type Files = Readonly<Record<string, string>>;

/** Launchers and bare kernels with a shared header, called by tests in C++ and in Python. */
export const PLAIN_CUDA: Files = {
  'include/warp.cuh': `#pragma once
constexpr int kThreads = 128;
__device__ inline float warp_sum(float v) {
  for (int offset = 16; offset > 0; offset /= 2) v += __shfl_xor_sync(0xffffffffu, v, offset);
  return v;
}
template <int THREADS>
__global__ void scale_kernel(const float* __restrict__ x, float* __restrict__ y, float factor, int64_t count) {
  const int64_t i = blockIdx.x * (int64_t)THREADS + threadIdx.x;
  if (i >= count) return;
  y[i] = factor * x[i];
}
`,
  'kernels/scale.cu': `#include "warp.cuh"
extern "C" void scale_forward(const float* x, float* y, float factor, int64_t n, cudaStream_t stream) {
  scale_kernel<kThreads><<<(n + kThreads - 1) / kThreads, kThreads, 0, stream>>>(x, y, factor, n);
}
`,
  'kernels/row_sum.cu': `#include "warp.cuh"
// One warp for each row.
static __global__ void row_sum(const float* x, float* y, int cols) {
  const float* row = x + (size_t)blockIdx.x * cols;
  float sum = 0;
  for (int col = threadIdx.x; col < cols; col += 32) sum += row[col];
  sum = warp_sum(sum);
  if (threadIdx.x == 0) y[blockIdx.x] = sum;
}
static void launch(const float* in, float* out, int height, int width, cudaStream_t stream) {
  row_sum<<<height, 32, 0, stream>>>(in, out, width);
}
extern "C" void row_sum_forward(const float* x, float* y, int rows, int cols, cudaStream_t stream) {
  launch(x, y, rows, cols, stream);
}
`,
  'kernels/gather.cu': `__global__ void gather(const float* table, const int64_t* ids, float* out, int n, int dim) {
  const int64_t id = ids[blockIdx.x];
  for (int i = threadIdx.x; i < dim; i += blockDim.x) out[blockIdx.x * dim + i] = table[id * dim + i];
}
__global__ void histogram(const int* x, int* bins, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) atomicAdd(&bins[x[i]], 1);
}
extern "C" void gather_rows(const float* table, const int64_t* ids, float* out, int n, int dim, cudaStream_t s) {
  gather<<<n, 64, 0, s>>>(table, ids, out, n, dim);
}
extern "C" int count_values(const int* x, int* bins, int n, int num_bins) {
  cudaMemset(bins, 0, num_bins * sizeof(int));
  histogram<<<(n + 255) / 256, 256>>>(x, bins, n);
  return cudaGetLastError();
}
`,
  'kernels/bare.cu': `namespace ops {
template <typename scalar_t>
__global__ void bias(const scalar_t* in, const scalar_t* b, scalar_t* out, int hidden) {
  extern __shared__ float staged[];
  for (int i = threadIdx.x; i < hidden; i += blockDim.x) out[blockIdx.x * hidden + i] = in[blockIdx.x * hidden + i] + b[i];
}
}
__global__ void double_in_place(float* x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] *= 2.0f;
}
__global__ void copy_vectors(const float4* x, float4* y, int n) {
  if (threadIdx.x < n) y[threadIdx.x] = x[threadIdx.x];
}
void add_bias(const Tensor& x, const Tensor& b, Tensor& y) {
  const int tokens = x.size(0);
  const int width = x.size(1);
  dim3 grid(tokens);
  ops::bias<scalar_t><<<grid, 256, 256 * sizeof(float)>>>(x.data<scalar_t>(), b.data<scalar_t>(), y.data<scalar_t>(), width);
}
extern "C" void with_flag(const float* x, float* y, int n, bool flag) { scale_kernel<1><<<1, 1>>>(x, y, 2, n); }
`,
  'third_party/other/other.cu': '__global__ void other(float* x, int n) { if (threadIdx.x < n) x[threadIdx.x] = 0; }\n',
  'tests/test_gather.cpp': `extern "C" void gather_rows(const float* table, const int64_t* ids, float* out, int n, int dim, cudaStream_t s);
int main() {
  const int n = 8192, dim = 1 << 7;
  gather_rows(table, ids, out, n, dim, 0);
}
`,
  'tests/test_rows.py': `import ctypes
import pytest

@pytest.mark.parametrize("rows, cols", [(1, 7), (2048, 4096), (64, 1000)])
def test_row_sum(library, rows, cols):
    library.row_sum_forward(x, y, ctypes.c_int(rows), ctypes.c_int(cols), None)

def test_scale(library):
    library.scale_forward(x, y, ctypes.c_float(2.5), 1_000_000, None)
`,
};

export const TRITON: Files = {
  'ops/softmax.py': `import torch
import triton
import triton.language as tl


@triton.jit
def softmax_kernel(x_ptr, y_ptr, stride, cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    columns = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + row * stride + columns, mask=columns < cols, other=-float("inf"))
    e = tl.exp(x - tl.max(x, axis=0))
    tl.store(y_ptr + row * stride + columns, e / tl.sum(e, axis=0), mask=columns < cols)


def softmax(x: torch.Tensor) -> torch.Tensor:
    rows, cols = x.shape
    y = torch.empty_like(x)
    softmax_kernel[(rows,)](x, y, x.stride(0), cols, BLOCK=triton.next_power_of_2(cols))
    return y


def scale_(out, x, factor=2.0, block=128, name="scale"):
    n = x.numel()
    scale_kernel[(triton.cdiv(n, block),)](x, out, n, factor, BLOCK=block)


@triton.jit
def scale_kernel(x_ptr, y_ptr, n, factor, BLOCK: tl.constexpr):
    pass
`,
  'ops/matmul.py': `import torch
import triton
import triton.language as tl


@triton.autotune(configs=[], key=["M"])
@triton.jit
def matmul_kernel(a_ptr, b_ptr, c_ptr, M, N, K, BLOCK: tl.constexpr):
    pass


def matmul(a, b, activation=""):
    assert a.shape[1] == b.shape[0], "shapes"
    M, K = a.shape
    K, N = b.shape
    c = torch.empty((M, N), device=a.device, dtype=torch.float16)
    grid = lambda meta: (triton.cdiv(M, meta["BLOCK"]),)
    matmul_kernel[grid](a, b, c, M, N, K, BLOCK=64)
    return c


def helper(a, b):
    return a @ b
`,
  'tests/test_ops.py': `import pytest
import torch
from ops.matmul import matmul
from ops.softmax import softmax

@pytest.mark.parametrize("rows, cols", [(1, 31), (4096, 4096), (512, 32000)])
@pytest.mark.parametrize("dtype", [torch.float16, torch.float32])
def test_softmax(rows, cols, dtype):
    x = torch.randn(rows, cols, device="cuda", dtype=dtype)
    torch.testing.assert_close(softmax(x), torch.softmax(x, -1))

def test_matmul():
    M, N, K = 512, 256, 128
    a = torch.randn((M, K), device="cuda", dtype=torch.float16)
    b = torch.randn((K, N), device="cuda").half()
    c = matmul(a, b)
`,
};

export const MODULES: Files = {
  'models/mlp.py': `import torch
from torch import nn


class GeluMLP(nn.Module):
    def __init__(self, width: int, hidden: int, bias: bool = True) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, hidden, bias=bias)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc2(self.act(self.fc1(x)))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))

    def forward(self, x):
        return self.net(x)


class RMSNorm(nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.eps = eps

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight


class Embed(torch.nn.Module):
    def __init__(self, vocab_size=1000, dim=64):
        super().__init__()
        self.table = nn.Embedding(vocab_size, dim)

    def forward(self, ids):
        return self.table(ids)


class FromConfig(nn.Module):
    def __init__(self, config):
        super().__init__()

    def forward(self, x):
        return x


class NoForward(nn.Module):
    pass
`,
  'models/inline.py': `SOURCE = r"""
__global__ void inline_kernel(float* y, int n) { if (threadIdx.x < n) y[threadIdx.x] = 0; }
"""
`,
  'models/problem.py': `import torch
import torch.nn as nn


class Model(nn.Module):
    def __init__(self, n):
        super().__init__()

    def forward(self, x):
        return x + 1


def get_inputs():
    return [torch.randn(4, 4)]


def get_init_inputs():
    return [3]
`,
  'benchmarks/bench_mlp.py': `import torch
from models.mlp import GeluMLP

model = GeluMLP(256, 1024, bias=True).eval()
y = model(torch.randn(64, 256))
`,
  'tools/build.toml': '[general]\nname = "another tool"\n',
};

/** One launcher and its kernel. */
export const FILL = `__global__ void fill(float* y, int n) { int i = blockIdx.x * blockDim.x + threadIdx.x; if (i < n) y[i] = 1; }
extern "C" void fill_ones(float* y, int n, cudaStream_t stream) { fill<<<(n + 255) / 256, 256, 0, stream>>>(y, n); }
`;

export const UNPARSABLE: Files = {
  'broken.cu': 'extern "C" void broken(const float* x, float* y, int n { { {\n__global__ vvoid k(\n<<<>>>((',
  'broken.py': 'import triton\nclass A(nn.Module:\n  def forward(self x)\n    kernel[(1,)](',
  'half.cu': `${FILL}UNKNOWN_MACRO(a, b) } } extern "C" {
`,
};

export const NOTHING: Files = {
  'README.md': '# Nothing\n',
  'src/main.c': 'int main() { return 0; }\n',
  'setup.py': 'print(1)\n',
};
