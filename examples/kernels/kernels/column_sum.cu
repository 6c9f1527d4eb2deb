// Sum over the rows of a row-major matrix: y[c] = sum over r of x[r][c]. One thread a column, which walks down the rows.
#include <cuda_runtime.h>

constexpr int kThreads = 256;

__global__ void column_sum_kernel(const float* __restrict__ x, float* __restrict__ y, int rows, int cols) {
  const int col = blockIdx.x * kThreads + threadIdx.x;
  if (col >= cols) {
    return;
  }
  float sum = 0.0f;
  for (int row = 0; row < rows; ++row) {
    sum += x[(size_t)row * cols + col];
  }
  y[col] = sum;
}

extern "C" void column_sum_forward(const float* x, float* y, int rows, int cols, cudaStream_t stream) {
  column_sum_kernel<<<(cols + kThreads - 1) / kThreads, kThreads, 0, stream>>>(x, y, rows, cols);
}
