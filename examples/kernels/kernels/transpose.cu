// Transpose of a row-major matrix: y[c][r] = x[r][c]. One thread an element; a warp reads along a row and writes down a column.
#include <cuda_runtime.h>

constexpr int kBlock = 16;
constexpr int kMaxGridY = 65535;

__global__ void transpose_kernel(const float* __restrict__ x, float* __restrict__ y, int rows, int cols) {
  const int col = blockIdx.x * kBlock + threadIdx.x;
  if (col >= cols) {
    return;
  }
  // The grid's second extent is limited, so a block goes on to further rows of a very tall matrix.
  for (int row = blockIdx.y * kBlock + threadIdx.y; row < rows; row += gridDim.y * kBlock) {
    y[(size_t)col * rows + row] = x[(size_t)row * cols + col];
  }
}

extern "C" void transpose_forward(const float* x, float* y, int rows, int cols, cudaStream_t stream) {
  const int blocks_down = (rows + kBlock - 1) / kBlock;
  const dim3 grid((cols + kBlock - 1) / kBlock, blocks_down < kMaxGridY ? blocks_down : kMaxGridY);
  transpose_kernel<<<grid, dim3(kBlock, kBlock), 0, stream>>>(x, y, rows, cols);
}
