// What candidates make of index ranges, arguments that are changed in place, strides and alignment.
#include <cuda_fp8.h>
#include <cuda_runtime.h>

__global__ void gather(const float* table, const int* indices, float* y, int n, int limit) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = table[min(indices[i], limit)];
}

extern "C" void gathers(const float* table, const int* indices, float* y, int n, cudaStream_t stream) {
  gather<<<(n + 63) / 64, 64, 0, stream>>>(table, indices, y, n, n);
}

extern "C" void gathers_from_the_first_half(const float* table, const int* indices, float* y, int n, cudaStream_t stream) {
  gather<<<(n + 63) / 64, 64, 0, stream>>>(table, indices, y, n, 10);
}

__global__ void add(float* x, const float* d, int n, float factor) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] += factor * d[i];
}

extern "C" void adds(float* x, const float* d, int n, cudaStream_t stream) { add<<<(n + 63) / 64, 64, 0, stream>>>(x, d, n, 1.0f); }

extern "C" void adds_twice(float* x, const float* d, int n, cudaStream_t stream) { add<<<(n + 63) / 64, 64, 0, stream>>>(x, d, n, 2.0f); }

extern "C" void adds_nothing(float* x, const float* d, int n, cudaStream_t stream) {}

extern "C" void adds_to_the_other(float* x, float* d, int n, cudaStream_t stream) { add<<<(n + 63) / 64, 64, 0, stream>>>(d, x, n, 1.0f); }

__global__ void add_and_mark(float* x, const float* d, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] += d[i];
  if (i == 0) x[n] = 1.0f;
}

extern "C" void adds_past_the_end(float* x, const float* d, int n, cudaStream_t stream) {
  add_and_mark<<<(n + 63) / 64, 64, 0, stream>>>(x, d, n);
}

__global__ void double_all(const float* x, float* y, int count) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) y[i] = 2.0f * x[i];
}

__global__ void double_rows(const float* x, float* y, int rows, int cols, int pitch) {
  for (int row = blockIdx.x; row < rows; row += gridDim.x)
    for (int col = threadIdx.x; col < cols; col += blockDim.x) y[row * pitch + col] = 2.0f * x[row * pitch + col];
}

__global__ void double_rows_with_a_gap(const float* x, float* y, int rows, int cols, int pitch) {
  int row = blockIdx.x * blockDim.x + threadIdx.x;
  if (row >= rows) return;
  float gap = row < rows - 1 ? 0.0f * x[row * pitch + cols] : 0.0f;
  for (int col = 0; col < cols; col++) y[row * pitch + col] = 2.0f * x[row * pitch + col] + gap;
}

extern "C" void doubles_rows(const float* x, float* y, int rows, int cols, int pitch, cudaStream_t stream) {
  double_rows<<<4, 32, 0, stream>>>(x, y, rows, cols, pitch);
}

extern "C" void writes_between_rows(const float* x, float* y, int rows, int cols, int pitch, cudaStream_t stream) {
  double_all<<<(rows * pitch + 63) / 64, 64, 0, stream>>>(x, y, (rows - 1) * pitch + cols);
}

extern "C" void reads_between_rows(const float* x, float* y, int rows, int cols, int pitch, cudaStream_t stream) {
  double_rows_with_a_gap<<<(rows + 31) / 32, 32, 0, stream>>>(x, y, rows, cols, pitch);
}

extern "C" void takes_rows_for_contiguous(const float* x, float* y, int rows, int cols, int pitch, cudaStream_t stream) {
  double_rows<<<4, 32, 0, stream>>>(x, y, rows, cols, cols);
}

__global__ void double_four(const float4* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (4 * i + 3 >= n) return;
  float4 four = x[i];
  y[4 * i] = 2.0f * four.x;
  y[4 * i + 1] = 2.0f * four.y;
  y[4 * i + 2] = 2.0f * four.z;
  y[4 * i + 3] = 2.0f * four.w;
}

extern "C" void loads_four_at_once(const float* x, float* y, int n, cudaStream_t stream) {
  double_four<<<(n / 4 + 63) / 64, 64, 0, stream>>>(reinterpret_cast<const float4*>(x), y, n);
}

template <typename Float8>
__global__ void double_8_bits(const __nv_fp8_e4m3* x, __nv_fp8_e4m3* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = __nv_fp8_e4m3(2.25f * float(Float8(float(x[i]))) - 0.25f * float(x[i]));
}

extern "C" void doubles_8_bits(const __nv_fp8_e4m3* x, __nv_fp8_e4m3* y, int n, cudaStream_t stream) {
  double_8_bits<__nv_fp8_e4m3><<<(n + 63) / 64, 64, 0, stream>>>(x, y, n);
}

extern "C" void doubles_8_bits_of_another_kind(const __nv_fp8_e4m3* x, __nv_fp8_e4m3* y, int n, cudaStream_t stream) {
  double_8_bits<__nv_fp8_e5m2><<<(n + 63) / 64, 64, 0, stream>>>(x, y, n);
}
