// c = a · b in float32, tiles of 32 × 32 in shared memory, four results a thread.
#include <cuda_runtime.h>

constexpr int kTile = 32, kRows = 8;

__global__ void matmul(const float* a, const float* b, float* c, int m, int n, int k) {
  __shared__ float left[kTile][kTile], right[kTile][kTile + 1];
  const int col = blockIdx.x * kTile + threadIdx.x;
  float sums[kTile / kRows] = {};
  for (int start = 0; start < k; start += kTile) {
    for (int r = threadIdx.y; r < kTile; r += kRows) {
      const int row = blockIdx.y * kTile + r, inner = start + threadIdx.x, depth = start + r;
      left[r][threadIdx.x] = row < m && inner < k ? a[static_cast<size_t>(row) * k + inner] : 0.0f;
      right[r][threadIdx.x] = depth < k && col < n ? b[static_cast<size_t>(depth) * n + col] : 0.0f;
    }
    __syncthreads();
    for (int i = 0; i < kTile; ++i)
      for (int q = 0; q < kTile / kRows; ++q) sums[q] += left[threadIdx.y + q * kRows][i] * right[i][threadIdx.x];
    __syncthreads();
  }
  for (int q = 0; q < kTile / kRows; ++q) {
    const int row = blockIdx.y * kTile + threadIdx.y + q * kRows;
    if (row < m && col < n) c[static_cast<size_t>(row) * n + col] = sums[q];
  }
}

extern "C" void matmul_forward(const float* a, const float* b, float* c, int m, int n, int k, cudaStream_t stream) {
  matmul<<<dim3((n + kTile - 1) / kTile, (m + kTile - 1) / kTile), dim3(kTile, kRows), 0, stream>>>(a, b, c, m, n, k);
}
