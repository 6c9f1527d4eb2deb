// One fault for each launcher; the tests look for the marked lines.
#include <cassert>
#include <cuda_runtime.h>

__global__ void over(const float* x, float* y, int n) {
  int i = threadIdx.x;
  float before = x[i];
  __syncthreads();
  y[i + 1] = before;  // FAULT past_the_end
}
extern "C" void past_the_end(const float* x, float* y, int n) { over<<<1, n>>>(x, y, n); }

__global__ void under(const float* x, float* y) {
  __syncwarp();
  y[threadIdx.x] = x[(int)threadIdx.x - 1];  // FAULT before_the_start
}
extern "C" void before_the_start(const float* x, float* y, int n) { under<<<1, n>>>(x, y); }

__global__ void atomic_over(const float* x, float* y, int n) {
  atomicAdd(&y[n], x[0]);  // FAULT atomic_past_the_end
}
extern "C" void atomic_past_the_end(const float* x, float* y, int n) { atomic_over<<<1, 1>>>(x, y, n); }

extern "C" void heap_past_the_end(const float* x, float* y, int n) {
  float* memory;
  cudaMalloc(&memory, n * sizeof(float));
  over<<<1, n>>>(x, memory, n);
}

template <int N> __global__ void static_over(float* y) {
  __shared__ float tile[N];
  float* p = tile;
  __syncthreads();
  p[threadIdx.x + 1] = 1;  // FAULT static_shared
  y[threadIdx.x] = tile[threadIdx.x];
}
extern "C" void static_shared(const float* x, float* y, int n) { static_over<8><<<1, 8>>>(y); }

__global__ void index_over(float* y) {
  __shared__ float tile[4][5];
  tile[0][threadIdx.x] = 1;  // FAULT shared_index
  y[threadIdx.x] = tile[0][threadIdx.x];
}
extern "C" void shared_index(const float* x, float* y, int n) { index_over<<<1, 6>>>(y); }

__global__ void dynamic_over(float* y) {
  extern __shared__ float memory[];
  memory[threadIdx.x] = 1;  // FAULT dynamic_shared
  y[threadIdx.x] = memory[threadIdx.x];
}
extern "C" void dynamic_shared(const float* x, float* y, int n) { dynamic_over<<<1, 8, 7 * sizeof(float)>>>(y); }

__global__ void misaligned_load(const float* x, float* y) {
  float4 v = *reinterpret_cast<const float4*>(x + 1);  // FAULT misaligned
  y[0] = v.x;
}
extern "C" void misaligned(const float* x, float* y, int n) { misaligned_load<<<1, 1>>>(x, y); }

__global__ void null_store(float* y) {
  y[threadIdx.x] = 1;  // FAULT null_pointer
}
extern "C" void null_pointer(const float* x, float* y, int n) { null_store<<<1, 1>>>((float*)nullptr); }

__global__ void overflow(float* y, int n) {
  int big = 2147483647 - threadIdx.x;
  y[0] = big + n;  // FAULT integer_overflow
}
extern "C" void integer_overflow(const float* x, float* y, int n) { overflow<<<1, 1>>>(y, n); }

__device__ int recurse(volatile int* a, int depth) { volatile char pad[2048]; pad[depth % 2048] = a[0]; return recurse(a, depth + 1) + pad[0]; }  // FAULT stack_overflow
__global__ void deep(float* y) { volatile int a[4] = {}; y[0] = recurse(a, 0); }
extern "C" void stack_overflow(const float* x, float* y, int n) { deep<<<1, 1>>>(y); }

__global__ void wild(float* y) {
  reinterpret_cast<float*>(uintptr_t{1} << 44)[threadIdx.x] = 1;  // FAULT wild_pointer
}
extern "C" void wild_pointer(const float* x, float* y, int n) { wild<<<1, 1>>>(y); }

__global__ void assume(int n) {
  assert(n == 0);  // FAULT failed_assertion
}
extern "C" void failed_assertion(const float* x, float* y, int n) { assume<<<1, 1>>>(n); }

__global__ void diverge(float* y) {
  if (threadIdx.x < 32) {
    __syncthreads();  // FAULT divergent_barrier
  } else {
    __syncthreads();  // FAULT divergent_barrier_other
  }
  y[0] = 1;
}
extern "C" void divergent_barrier(const float* x, float* y, int n) { diverge<<<dim3(1, 2), 96>>>(y); }

__global__ void diverge_and_spin(volatile float* y) {
  if (threadIdx.x == 0) __syncthreads();  // FAULT divergence_with_spinner
  if (threadIdx.x == 1) __syncthreads();
  while (y[0] == 0) {}
}
extern "C" void divergence_with_spinner(const float* x, float* y, int n) { y[0] = 0; diverge_and_spin<<<1, 3>>>(y); }

__global__ void lane_gone(float* y) {
  if (threadIdx.x == 5) return;
  y[threadIdx.x] = __shfl_down_sync(0xffffffffu, 1.0f, 1);  // FAULT exited_lane
}
extern "C" void exited_lane(const float* x, float* y, int n) { lane_gone<<<1, 32>>>(y); }

__global__ void lane_leaves(float* y) {
  if (threadIdx.x < 31) y[threadIdx.x] = __shfl_down_sync(0xffffffffu, 1.0f, 1);  // FAULT leaving_lane
}
extern "C" void leaving_lane(const float* x, float* y, int n) { lane_leaves<<<1, 32>>>(y); }

__global__ void lane_elsewhere(float* y) {
  if (threadIdx.x == 3) __syncthreads();  // FAULT waiting_lane_barrier
  else y[threadIdx.x] = __ballot_sync(0xffffffffu, 1);  // FAULT waiting_lane
  __syncthreads();
}
extern "C" void waiting_lane(const float* x, float* y, int n) { lane_elsewhere<<<1, 32>>>(y); }

__global__ void not_in_mask(float* y) {
  __syncwarp(0x1u);  // FAULT wrong_mask
}
extern "C" void wrong_mask(const float* x, float* y, int n) { not_in_mask<<<1, 2>>>(y); }

__global__ void trap(float* y) {
  if (threadIdx.x == 2) __trap();  // FAULT trapped
}
extern "C" void trapped(const float* x, float* y, int n) { trap<<<1, 4>>>(y); }

__device__ void helper() { __syncthreads(); }  // FAULT outside_a_kernel
extern "C" void outside_a_kernel(const float* x, float* y, int n) { helper(); }

__global__ void good(const float* x, float* y, int n) { if (threadIdx.x < n) y[threadIdx.x] = 2 * x[threadIdx.x]; }
extern "C" void correct(const float* x, float* y, int n) { good<<<1, n>>>(x, y, n); }
