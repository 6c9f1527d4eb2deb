/** Plain kernels and rewrites of them, as a pull request and a model would hold them. */

export const SOFTMAX = `#include <cuda_runtime.h>

__global__ void softmax_kernel(const float* x, float* y, int cols) {
  extern __shared__ float shared[];
  const float* row = x + (size_t)blockIdx.x * cols;
  float* out = y + (size_t)blockIdx.x * cols;

  float local = -INFINITY;
  for (int c = threadIdx.x; c < cols; c += blockDim.x) local = fmaxf(local, row[c]);
  shared[threadIdx.x] = local;
  __syncthreads();
  for (int step = blockDim.x / 2; step > 0; step /= 2) {
    if (threadIdx.x < step) shared[threadIdx.x] = fmaxf(shared[threadIdx.x], shared[threadIdx.x + step]);
    __syncthreads();
  }
  const float largest = shared[0];
  __syncthreads();

  float sum = 0.0f;
  for (int c = threadIdx.x; c < cols; c += blockDim.x) sum += expf(row[c] - largest);
  shared[threadIdx.x] = sum;
  __syncthreads();
  for (int step = blockDim.x / 2; step > 0; step /= 2) {
    if (threadIdx.x < step) shared[threadIdx.x] += shared[threadIdx.x + step];
    __syncthreads();
  }
  for (int c = threadIdx.x; c < cols; c += blockDim.x) out[c] = expf(row[c] - largest) / shared[0];
}

extern "C" void softmax_forward(const float* x, float* y, int rows, int cols, cudaStream_t stream) {
  softmax_kernel<<<rows, 256, 256 * sizeof(float), stream>>>(x, y, cols);
}
`;

export const SOFTMAX_FAST = SOFTMAX.replace(
  `  for (int step = blockDim.x / 2; step > 0; step /= 2) {
    if (threadIdx.x < step) shared[threadIdx.x] = fmaxf(shared[threadIdx.x], shared[threadIdx.x + step]);
    __syncthreads();
  }
  const float largest = shared[0];
`,
  `  const float largest = block_max(local, shared);
`,
)
  .replace(
    '__global__ void',
    `__device__ float block_max(float value, float* shared) {
  for (int lane = 16; lane > 0; lane /= 2) value = fmaxf(value, __shfl_xor_sync(~0u, value, lane));
  if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = value;
  __syncthreads();
  value = threadIdx.x % 32 < blockDim.x / 32 ? shared[threadIdx.x % 32] : -INFINITY;
  for (int lane = 16; lane > 0; lane /= 2) value = fmaxf(value, __shfl_xor_sync(~0u, value, lane));
  return value;
}

__global__ void`,
  )
  .replace('<<<rows, 256, 256', '<<<rows, 512, 512');

export const RMS_NORM = `__global__ void rms_norm_kernel(const float* x, const float* w, float* y, int cols) {
  float sum = 0.0f;
  for (int c = 0; c < cols; c++) sum += x[blockIdx.x * cols + c] * x[blockIdx.x * cols + c];
  const float scale = rsqrtf(sum / cols + 1e-6f);
  for (int c = threadIdx.x; c < cols; c += blockDim.x) y[blockIdx.x * cols + c] = x[blockIdx.x * cols + c] * scale * w[c];
}
`;

export const RMS_NORM_FAST = `__global__ void rms_norm_kernel(const float* __restrict__ x, const float* __restrict__ w, float* y, int cols) {
  const float* row = x + (size_t)blockIdx.x * cols;
  float sum = 0.0f;
  for (int c = threadIdx.x % 32; c < cols; c += 32) sum += row[c] * row[c];
  for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_xor_sync(~0u, sum, lane);
  const float scale = rsqrtf(sum / cols + 1e-6f);
  for (int c = threadIdx.x; c < cols; c += blockDim.x) y[(size_t)blockIdx.x * cols + c] = row[c] * scale * w[c];
}
`;
