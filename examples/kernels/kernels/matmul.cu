// Product of row-major matrices in float32: c[m][n] = sum over k of a[m][k] * b[k][n].
// One block a 16 x 16 tile of c, one thread an element; tiles of a and b go through shared memory.
#include <cuda_runtime.h>

constexpr int kTile = 16;

__global__ void matmul_kernel(const float* __restrict__ a, const float* __restrict__ b, float* __restrict__ c, int m, int n,
                              int k) {
  __shared__ float a_tile[kTile][kTile];
  __shared__ float b_tile[kTile][kTile];
  const int row = blockIdx.y * kTile + threadIdx.y;
  const int col = blockIdx.x * kTile + threadIdx.x;

  float sum = 0.0f;
  for (int start = 0; start < k; start += kTile) {
    const int a_col = start + threadIdx.x;
    const int b_row = start + threadIdx.y;
    a_tile[threadIdx.y][threadIdx.x] = row < m && a_col < k ? a[(size_t)row * k + a_col] : 0.0f;
    b_tile[threadIdx.y][threadIdx.x] = b_row < k && col < n ? b[(size_t)b_row * n + col] : 0.0f;
    __syncthreads();
    for (int i = 0; i < kTile; ++i) {
      sum += a_tile[threadIdx.y][i] * b_tile[i][threadIdx.x];
    }
    __syncthreads();
  }
  if (row < m && col < n) {
    c[(size_t)row * n + col] = sum;
  }
}

extern "C" void matmul_forward(const float* a, const float* b, float* c, int m, int n, int k, cudaStream_t stream) {
  const dim3 grid((n + kTile - 1) / kTile, (m + kTile - 1) / kTile);
  matmul_kernel<<<grid, dim3(kTile, kTile), 0, stream>>>(a, b, c, m, n, k);
}
