// Softmax over the rows of a row-major matrix: y[r][c] = exp(x[r][c] - max) / sum(exp(x[r] - max)).
// One block a row: find the maximum, sum the exponentials, write the quotients.
#include <cuda_runtime.h>

#include <cfloat>

constexpr int kThreads = 256;

__global__ void softmax_kernel(const float* __restrict__ x, float* __restrict__ y, int cols) {
  __shared__ float partial[kThreads];
  const float* row = x + (size_t)blockIdx.x * cols;
  float* out = y + (size_t)blockIdx.x * cols;

  float largest = -FLT_MAX;
  for (int col = threadIdx.x; col < cols; col += kThreads) {
    largest = fmaxf(largest, row[col]);
  }
  partial[threadIdx.x] = largest;
  __syncthreads();
  for (int half = kThreads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      partial[threadIdx.x] = fmaxf(partial[threadIdx.x], partial[threadIdx.x + half]);
    }
    __syncthreads();
  }
  largest = partial[0];
  __syncthreads();  // everyone has read the maximum before the sums overwrite it

  float sum = 0.0f;
  for (int col = threadIdx.x; col < cols; col += kThreads) {
    sum += expf(row[col] - largest);
  }
  partial[threadIdx.x] = sum;
  __syncthreads();
  for (int half = kThreads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) {
      partial[threadIdx.x] += partial[threadIdx.x + half];
    }
    __syncthreads();
  }
  sum = partial[0];

  for (int col = threadIdx.x; col < cols; col += kThreads) {
    out[col] = expf(row[col] - largest) / sum;
  }
}

extern "C" void softmax_forward(const float* x, float* y, int rows, int cols, cudaStream_t stream) {
  softmax_kernel<<<rows, kThreads, 0, stream>>>(x, y, cols);
}
