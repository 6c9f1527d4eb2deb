// Barriers, warp intrinsics and atomics.
#include <cuda_runtime.h>
#include <cuda_fp16.h>
#include <cuda_bf16.h>

__global__ void barrier_votes(const int* x, int* y) {
  int i = threadIdx.x;
  int count = __syncthreads_count(x[i] > 0);
  int all = __syncthreads_and(x[i] >= 0);
  int any = __syncthreads_or(x[i] == 5);
  if (i == 0) { y[0] = count; y[1] = all; y[2] = any; }
}
extern "C" int votes_of_block(const int* x, int* y, int n) { barrier_votes<<<1, n>>>(x, y); return cudaGetLastError(); }

__global__ void early_exit(int* y, int n) {
  __shared__ int sum;
  if (threadIdx.x >= n) return;
  if (threadIdx.x == 0) sum = 0;
  __syncthreads();
  atomicAdd(&sum, 1);
  __syncthreads();
  y[threadIdx.x] = sum;
}
extern "C" int exited_threads(int* y, int n) { early_exit<<<1, 128>>>(y, n); return cudaGetLastError(); }

template <typename T>
__global__ void shuffles(const T* x, T* y) {
  int lane = threadIdx.x;
  T v = x[lane];
  y[lane] = __shfl_sync(0xffffffff, v, 3);
  y[32 + lane] = __shfl_up_sync(0xffffffff, v, 2);
  y[64 + lane] = __shfl_down_sync(0xffffffff, v, 5);
  y[96 + lane] = __shfl_xor_sync(0xffffffff, v, 9);
  y[128 + lane] = __shfl_sync(0xffffffff, v, 1, 8);
  y[160 + lane] = __shfl_up_sync(0xffffffff, v, 1, 8);
  y[192 + lane] = __shfl_down_sync(0xffffffff, v, 3, 16);
  y[224 + lane] = __shfl_xor_sync(0xffffffff, v, 16, 8);
}
extern "C" int shuffle_float(const float* x, float* y) { shuffles<<<1, 32>>>(x, y); return 0; }
extern "C" int shuffle_int64(const long long* x, long long* y) { shuffles<<<1, 32>>>(x, y); return 0; }
extern "C" int shuffle_double(const double* x, double* y) { shuffles<<<1, 32>>>(x, y); return 0; }
extern "C" int shuffle_half(const void* x, void* y) { shuffles<<<1, 32>>>((const half*)x, (half*)y); return 0; }

__global__ void partial_masks(int* y) {
  int lane = threadIdx.x;
  if (lane < 16) {
    y[lane] = __shfl_xor_sync(0x0000ffff, lane, 1);
  } else {
    y[lane] = __reduce_add_sync(0xffff0000, lane);
  }
  __syncwarp();
  y[32 + lane] = __shfl_down_sync(__activemask(), lane, 1);
}
extern "C" int masks(int* y) { partial_masks<<<1, 32>>>(y); return 0; }

__global__ void ragged_warp(float* y) { y[threadIdx.x] = __shfl_down_sync(0xffffffff, float(threadIdx.x), 2); }
extern "C" int ragged(float* y, int n) { ragged_warp<<<1, n>>>(y); return cudaGetLastError(); }

__global__ void warp_votes(const int* x, unsigned* y) {
  int lane = threadIdx.x, all_same;
  int v = x[lane];
  y[lane] = __ballot_sync(~0u, v > 2);
  y[32 + lane] = __any_sync(~0u, v == 3);
  y[64 + lane] = __all_sync(~0u, v < 9);
  y[96 + lane] = __match_any_sync(~0u, v);
  y[128 + lane] = __match_all_sync(~0u, v, &all_same) + all_same;
  y[160 + lane] = __reduce_max_sync(~0u, v);
  y[192 + lane] = __reduce_min_sync(~0u, -v);
  y[224 + lane] = __reduce_xor_sync(~0u, (unsigned)v);
}
extern "C" int votes_of_warp(const int* x, unsigned* y) { warp_votes<<<1, 32>>>(x, y); return 0; }

__global__ void active(unsigned* y) {
  unsigned mask = threadIdx.x % 3 == 0 ? __activemask() : 0;
  if (mask) y[threadIdx.x] = mask + (__shfl_sync(mask, 1, 0) - 1);
}
extern "C" int active_lanes(unsigned* y) { active<<<1, 32>>>(y); return 0; }

__global__ void atomics(int* i, unsigned* u, unsigned long long* l, float* f, double* d) {
  int t = threadIdx.x;
  atomicAdd(&i[0], t); atomicSub(&i[1], t); atomicMin(&i[2], -t); atomicMax(&i[3], t); atomicExch(&i[4], 77);
  atomicCAS(&i[5], t, t + 1); atomicAnd(&i[6], ~(1 << t)); atomicOr(&i[7], 1 << t); atomicXor(&i[8], 1 << t);
  atomicAdd(&u[0], 3u); atomicInc(&u[1], 4u); atomicDec(&u[2], 4u); atomicMax(&u[3], (unsigned)t);
  atomicAdd(&l[0], 1ull << 33); atomicMax(&l[1], (unsigned long long)t << 40);
  atomicAdd(f, 0.5f); atomicAdd(d, 0.25);
}
extern "C" int all_atomics(int* i, unsigned* u, unsigned long long* l, float* f, double* d) {
  atomics<<<1, 31>>>(i, u, l, f, d);
  return cudaGetLastError();
}

__global__ void half_atomics(half* h, __nv_bfloat16* b, half2* h2) {
  atomicAdd(h, __float2half(0.5f));
  atomicAdd(b, __float2bfloat16(2.0f));
  atomicAdd(h2, __floats2half2_rn(1.0f, 2.0f));
}
extern "C" int atomics_16(void* h, void* b, void* h2) {
  half_atomics<<<2, 32>>>((half*)h, (__nv_bfloat16*)b, (half2*)h2);
  return 0;
}

__device__ int lock_word;
__global__ void spin_lock(int* y) {
  bool done = false;
  while (!done) {
    if (atomicCAS(&lock_word, 0, 1) == 0) {
      int seen = *y;
      __nanosleep(20);
      *y = seen + 1;
      __threadfence();
      atomicExch(&lock_word, 0);
      done = true;
    }
  }
}
extern "C" int lock(int* y) { spin_lock<<<2, 64>>>(y); return 0; }

__global__ void wait_for_last(int* y) {
  __shared__ int flag;
  if (threadIdx.x == 0) flag = 0;
  __syncthreads();
  if (threadIdx.x == 0) { while (atomicAdd(&flag, 0) == 0) {} *y = 1; }
  if (threadIdx.x == blockDim.x - 1) atomicExch(&flag, 1);
}
extern "C" int spin_on_flag(int* y) { wait_for_last<<<1, 64>>>(y); return 0; }

__global__ void convert(const float* x, half* h, __nv_bfloat16* b, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) { h[i] = __float2half(x[i]); b[i] = x[i]; }
}
extern "C" int to_16(const float* x, void* h, void* b, int n) {
  convert<<<(n + 255) / 256, 256>>>(x, (half*)h, (__nv_bfloat16*)b, n);
  return cudaGetLastError();
}

template <typename T>
__global__ void arithmetic(const T* a, const T* b, T* y, int n) {
  int i = threadIdx.x;
  T x = a[i], z = b[i];
  y[i] = x + z; y[n + i] = x - z; y[2 * n + i] = x * z; y[3 * n + i] = x / z;
  y[4 * n + i] = __hfma(x, z, x); y[5 * n + i] = __hmax(x, z); y[6 * n + i] = -x;
  x += z; x *= z;
  y[7 * n + i] = x > z ? x : hsqrt(__habs(z));
}
extern "C" int half_arithmetic(const void* a, const void* b, void* y, int n) {
  arithmetic<<<1, n>>>((const half*)a, (const half*)b, (half*)y, n);
  return 0;
}
extern "C" int bfloat16_arithmetic(const void* a, const void* b, void* y, int n) {
  arithmetic<<<1, n>>>((const __nv_bfloat16*)a, (const __nv_bfloat16*)b, (__nv_bfloat16*)y, n);
  return 0;
}

__global__ void pairs(const half2* x, half2* y) {
  half2 v = x[threadIdx.x];
  float2 f = __half22float2(v);
  half2 one = __float2half2_rn(1.0f);
  y[threadIdx.x] = __hfma2(v, one, __halves2half2(__high2half(v), __low2half(v)));
  if (f.x > 1e9f) y[threadIdx.x] = __hadd2(v, v) * one;
  static_assert(sizeof(half2) == 4 && alignof(half2) == 4, "layout");
}
extern "C" int half_pairs(const void* x, void* y) { pairs<<<1, 8>>>((const half2*)x, (half2*)y); return 0; }

__global__ void many_barriers(int* y, int rounds) {
  __shared__ int values[1024];
  int i = threadIdx.x;
  values[i] = i;
  for (int r = 0; r < rounds; ++r) {
    __syncthreads();
    int next = values[(i + 1) % blockDim.x];
    __syncthreads();
    values[i] = next;
  }
  y[blockIdx.x * blockDim.x + i] = values[i];
}
extern "C" int rotate(int* y, int blocks, int rounds) { many_barriers<<<blocks, 1024>>>(y, rounds); return cudaGetLastError(); }
