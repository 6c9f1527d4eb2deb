// RMS norm over the rows of a row-major matrix: y[r][c] = x[r][c] / sqrt(mean(x[r]^2) + eps) * weight[c].
// One block a row: sum the squares, then scale.
#include <cuda_runtime.h>

constexpr int kThreads = 256;

__global__ void rms_norm_kernel(const float* __restrict__ x, const float* __restrict__ weight, float* __restrict__ y,
                                int cols, float eps) {
  __shared__ float partial[kThreads];
  const float* row = x + (size_t)blockIdx.x * cols;
  float* out = y + (size_t)blockIdx.x * cols;

  float sum = 0.0f;
  for (int col = threadIdx.x; col < cols; col += kThreads) {
    sum += row[col] * row[col];
  }
  partial[threadIdx.x] = sum;
  __syncthreads();
  for (int half = kThreads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      partial[threadIdx.x] += partial[threadIdx.x + half];
    }
    __syncthreads();
  }
  const float scale = rsqrtf(partial[0] / cols + eps);

  for (int col = threadIdx.x; col < cols; col += kThreads) {
    out[col] = row[col] * scale * weight[col];
  }
}

extern "C" void rms_norm_forward(const float* x, const float* weight, float* y, int rows, int cols, float eps,
                                 cudaStream_t stream) {
  rms_norm_kernel<<<rows, kThreads, 0, stream>>>(x, weight, y, cols, eps);
}
