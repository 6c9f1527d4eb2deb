// Mistakes that compute-sanitizer finds, and kernels for a profile, one entry point each.
#include <cuda_runtime.h>

__global__ void doubled(const float* x, float* y, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}

__global__ void reads_past_the_end(const float* x, float* y, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[i] + x[i + 1];  // out of bounds: read
}

__global__ void writes_past_the_end(const float* x, float* y, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  y[i] = x[i < n ? i : 0];  // out of bounds: write
}

__global__ void misaligned(const float* x, float* y, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n / 2 - 1) y[i] = *reinterpret_cast<const double*>(x + i + 1);  // misaligned
}

__global__ void races(const float* x, float* y, int n) {
  __shared__ float values[256];
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  values[threadIdx.x] = i < n ? x[i] : 0.0f;
  if (i < n) y[i] = values[255 - threadIdx.x];  // race: no barrier since the write
}

__global__ void accumulates(const float* x, float* y, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] += x[i];  // never written before
}

__global__ void waits_in_a_branch(const float* x, float* y, int n) {
  __shared__ float value;
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (threadIdx.x == 0) value = x[0];
  if (threadIdx.x < 40) __syncthreads();  // not by all threads
  else __syncthreads();  // not by all threads
  if (i < n) y[i] = value;
}

template <class T> __global__ void templated(const T* x, T* y, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2 * x[i];
}

#define ENTRY(name, kernel, grid, block) \
  extern "C" void name(const float* x, float* y, int n, cudaStream_t stream) { kernel<<<grid, block, 0, stream>>>(x, y, n); }

ENTRY(clean, doubled, (n + 255) / 256, 256)
ENTRY(read_oob, reads_past_the_end, (n + 255) / 256, 256)
ENTRY(write_oob, writes_past_the_end, (n + 255) / 256, 256)
ENTRY(misalign, misaligned, (n + 255) / 256, 256)
ENTRY(race, races, (n + 255) / 256, 256)
ENTRY(uninit, accumulates, (n + 255) / 256, 256)
ENTRY(sync, waits_in_a_branch, (n + 255) / 256, 256)
ENTRY(too_many, doubled, 1, 2000)
ENTRY(tmpl, templated<float>, (n + 255) / 256, 256)
extern "C" void copies(const float* x, float* y, int n, cudaStream_t stream) { cudaMemcpyAsync(y, x, n * sizeof(float), cudaMemcpyDeviceToDevice, stream); }
extern "C" void quits(const float*, float*, int, cudaStream_t) { _Exit(0); }
