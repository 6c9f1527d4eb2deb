// Correct implementations, under the name of every case in contracts_candidates.cu that is measured against them.
#include <cuda_fp8.h>
#include <cuda_runtime.h>

__global__ void gather(const float* table, const int* indices, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = table[indices[i]];
}

#define GATHERS(entry) \
  extern "C" void entry(const float* table, const int* indices, float* y, int n, cudaStream_t stream) { \
    gather<<<(n + 127) / 128, 128, 0, stream>>>(table, indices, y, n); \
  }

GATHERS(gathers)
GATHERS(gathers_from_the_first_half)

__global__ void add(float* x, const float* d, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] += d[i];
}

#define ADDS(entry) \
  extern "C" void entry(float* x, const float* d, int n, cudaStream_t stream) { add<<<(n + 127) / 128, 128, 0, stream>>>(x, d, n); }

ADDS(adds)
ADDS(adds_twice)
ADDS(adds_nothing)
ADDS(adds_to_the_other)
ADDS(adds_past_the_end)

__global__ void double_rows(const float* x, float* y, int rows, int cols, int pitch) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < rows * cols) y[i / cols * pitch + i % cols] = 2.0f * x[i / cols * pitch + i % cols];
}

#define DOUBLES_ROWS(entry) \
  extern "C" void entry(const float* x, float* y, int rows, int cols, int pitch, cudaStream_t stream) { \
    double_rows<<<(rows * cols + 127) / 128, 128, 0, stream>>>(x, y, rows, cols, pitch); \
  }

DOUBLES_ROWS(doubles_rows)
DOUBLES_ROWS(writes_between_rows)
DOUBLES_ROWS(reads_between_rows)
DOUBLES_ROWS(takes_rows_for_contiguous)

__global__ void double_elements(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}

extern "C" void loads_four_at_once(const float* x, float* y, int n, cudaStream_t stream) {
  double_elements<<<(n + 127) / 128, 128, 0, stream>>>(x, y, n);
}

__global__ void double_8_bits(const __nv_fp8_e4m3* x, __nv_fp8_e4m3* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = __nv_fp8_e4m3(2.0f * float(x[i]));
}

#define DOUBLES_8_BITS(entry) \
  extern "C" void entry(const __nv_fp8_e4m3* x, __nv_fp8_e4m3* y, int n, cudaStream_t stream) { \
    double_8_bits<<<(n + 127) / 128, 128, 0, stream>>>(x, y, n); \
  }

DOUBLES_8_BITS(doubles_8_bits)
DOUBLES_8_BITS(doubles_8_bits_of_another_kind)
