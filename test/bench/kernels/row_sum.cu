// The sum of each row, one block a row: shuffles within warps, then one warp over their sums.
#include <cuda_runtime.h>

constexpr int kWarps = 8;

__device__ float warp_sum(float value) {
  for (int offset = 16; offset > 0; offset /= 2) value += __shfl_down_sync(0xffffffffu, value, offset);
  return value;
}

__global__ void row_sum(const float* x, float* y, int cols) {
  __shared__ float sums[kWarps];
  const float* row = x + static_cast<size_t>(blockIdx.x) * cols;
  float sum = 0.0f;
  for (int col = threadIdx.x; col < cols; col += blockDim.x) sum += row[col];
  sum = warp_sum(sum);
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
  if (lane == 0) sums[warp] = sum;
  __syncthreads();
  if (warp > 0) return;
  sum = warp_sum(lane < kWarps ? sums[lane] : 0.0f);
  if (lane == 0) y[blockIdx.x] = sum;
}

extern "C" void row_sum_forward(const float* x, float* y, int rows, int cols, cudaStream_t stream) {
  row_sum<<<rows, 32 * kWarps, 0, stream>>>(x, y, cols);
}
