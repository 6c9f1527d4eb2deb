// Correct implementations, under the name of every case in candidates.cu that is measured against them.
#include <cuda_fp16.h>
#include <cuda_runtime.h>

__global__ void double_elements(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}

static void double_all(const float* x, float* y, int n, cudaStream_t stream) {
  double_elements<<<(n + 255) / 256, 256, 0, stream>>>(x, y, n);
}

#define DOUBLES(entry) \
  extern "C" void entry(const float* x, float* y, int n, cudaStream_t stream) { double_all(x, y, n, stream); }

DOUBLES(right)
DOUBLES(triples)
DOUBLES(forgets_the_tail)
DOUBLES(leaves_a_gap)
DOUBLES(reads_out_of_bounds)
DOUBLES(writes_out_of_bounds)
DOUBLES(writes_ahead)
DOUBLES(changes_its_input)
DOUBLES(zeroes_input_and_output)
DOUBLES(never_ends)
DOUBLES(never_returns)
DOUBLES(aborts)
DOUBLES(exits)
DOUBLES(is_missing)
DOUBLES(launches_too_many_threads)
DOUBLES(prints_a_million_lines)
DOUBLES(writes_junk_everywhere)
DOUBLES(floods_everything)
DOUBLES(forges_answers)
DOUBLES(leaves_a_child)
DOUBLES(writes_far_ahead)
DOUBLES(writes_far_behind)
DOUBLES(needs_to_be_alone)

__global__ void triple_elements(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 3.0f * x[i];
}

extern "C" void has_a_wrong_baseline(const float* x, float* y, int n, cudaStream_t stream) {
  triple_elements<<<(n + 255) / 256, 256, 0, stream>>>(x, y, n);
}

__global__ void clear_input(float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    y[i] = 2.0f * x[i];
    x[i] = 0.0f;
  }
}

extern "C" void has_a_baseline_that_changes_its_input(float* x, float* y, int n, cudaStream_t stream) {
  clear_input<<<(n + 255) / 256, 256, 0, stream>>>(x, y, n);
}

__global__ void sum_and_larger_of_two(const int* a, const int* b, int* sum, bool* larger, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    sum[i] = a[i] + b[i];
    larger[i] = a[i] > b[i];
  }
}

static void two_outputs(const int* a, const int* b, int* sum, bool* larger, int n, cudaStream_t stream) {
  sum_and_larger_of_two<<<(n + 255) / 256, 256, 0, stream>>>(a, b, sum, larger, n);
}

extern "C" void two_right(const int* a, const int* b, int* sum, bool* larger, int n, cudaStream_t stream) {
  two_outputs(a, b, sum, larger, n, stream);
}

extern "C" void second_wrong(const int* a, const int* b, int* sum, bool* larger, int n, cudaStream_t stream) {
  two_outputs(a, b, sum, larger, n, stream);
}

__global__ void halves_times_factor(const __half* x, __half* y, float factor, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = __float2half(__half2float(x[i]) * factor);
}

static void scale_halves(const __half* x, __half* y, float factor, int n, cudaStream_t stream) {
  halves_times_factor<<<(n + 255) / 256, 256, 0, stream>>>(x, y, factor, n);
}

extern "C" void halves_right(const __half* x, __half* y, float factor, int n, cudaStream_t stream) {
  scale_halves(x, y, factor, n, stream);
}

extern "C" void halves_rough(const __half* x, __half* y, float factor, int n, cudaStream_t stream) {
  scale_halves(x, y, factor, n, stream);
}
