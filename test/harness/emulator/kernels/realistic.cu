// Kernels as people write them.
#include <cuda_runtime.h>
#include <float.h>

constexpr int WARP = 32;

__device__ __forceinline__ float warp_max(float v) {
#pragma unroll
  for (int o = WARP / 2; o > 0; o /= 2) v = fmaxf(v, __shfl_xor_sync(0xffffffffu, v, o));
  return v;
}
__device__ __forceinline__ float warp_sum(float v) {
#pragma unroll
  for (int o = WARP / 2; o > 0; o /= 2) v += __shfl_xor_sync(0xffffffffu, v, o);
  return v;
}

template <int THREADS>
__global__ void __launch_bounds__(THREADS) softmax_kernel(const float* __restrict__ x, float* __restrict__ y, int cols) {
  __shared__ float maxima[THREADS / WARP], sums[THREADS / WARP];
  const float* in = x + (size_t)blockIdx.x * cols;
  float* out = y + (size_t)blockIdx.x * cols;
  float m = -FLT_MAX, s = 0.0f;
  auto push = [&](float v) {
    float bigger = fmaxf(m, v);
    s = s * __expf(m - bigger) + __expf(v - bigger);
    m = bigger;
  };
  const bool aligned = cols % 4 == 0;
  if (aligned) {
    for (int i = threadIdx.x; i < cols / 4; i += THREADS) {
      float4 v = reinterpret_cast<const float4*>(in)[i];
      push(v.x); push(v.y); push(v.z); push(v.w);
    }
  } else {
    for (int i = threadIdx.x; i < cols; i += THREADS) push(in[i]);
  }
  float wm = warp_max(m);
  s = warp_sum(s * __expf(m - wm));
  const int lane = threadIdx.x % WARP, warp = threadIdx.x / WARP;
  if (lane == 0) { maxima[warp] = wm; sums[warp] = s; }
  __syncthreads();
  float bm = -FLT_MAX;
  for (int i = 0; i < THREADS / WARP; ++i) bm = fmaxf(bm, maxima[i]);
  float total = 0;
  for (int i = 0; i < THREADS / WARP; ++i) total += sums[i] * __expf(maxima[i] - bm);
  const float scale = __frcp_rn(total);
  for (int i = threadIdx.x; i < cols; i += THREADS) out[i] = __expf(in[i] - bm) * scale;
}
extern "C" void softmax_forward(const float* x, float* y, int rows, int cols, cudaStream_t stream) {
  softmax_kernel<256><<<rows, 256, 0, stream>>>(x, y, cols);
}

__global__ void rms_norm_kernel(const float* x, const float* w, float* y, int cols, float eps) {
  extern __shared__ float partial[];
  float s = 0;
  for (int i = threadIdx.x; i < cols; i += blockDim.x) { float v = x[blockIdx.x * cols + i]; s += v * v; }
  partial[threadIdx.x] = s;
  __syncthreads();
  for (int stride = blockDim.x / 2; stride > 0; stride >>= 1) {
    if (threadIdx.x < stride) partial[threadIdx.x] += partial[threadIdx.x + stride];
    __syncthreads();
  }
  float r = rsqrtf(partial[0] / cols + eps);
  for (int i = threadIdx.x; i < cols; i += blockDim.x) y[blockIdx.x * cols + i] = x[blockIdx.x * cols + i] * r * w[i];
}
extern "C" void rms_norm(const float* x, const float* w, float* y, int rows, int cols, float eps, cudaStream_t stream) {
  rms_norm_kernel<<<rows, 128, 128 * sizeof(float), stream>>>(x, w, y, cols, eps);
}

template <int TILE, int ROWS>
__global__ void transpose_kernel(const float* x, float* y, int rows, int cols) {
  __shared__ float tile[TILE][TILE + 1];
  int c = blockIdx.x * TILE + threadIdx.x, r = blockIdx.y * TILE + threadIdx.y;
  for (int j = 0; j < TILE; j += ROWS)
    if (c < cols && r + j < rows) tile[threadIdx.y + j][threadIdx.x] = x[(r + j) * cols + c];
  __syncthreads();
  c = blockIdx.y * TILE + threadIdx.x, r = blockIdx.x * TILE + threadIdx.y;
  for (int j = 0; j < TILE; j += ROWS)
    if (c < rows && r + j < cols) y[(r + j) * rows + c] = tile[threadIdx.x][threadIdx.y + j];
}
extern "C" void transpose(const float* x, float* y, int rows, int cols, cudaStream_t stream) {
  dim3 block(32, 8), grid((cols + 31) / 32, (rows + 31) / 32);
  transpose_kernel<32, 8><<<grid, block, 0, stream>>>(x, y, rows, cols);
}

__global__ void column_sum_kernel(const float* x, float* y, int rows, int cols) {
  int c = blockIdx.x * blockDim.x + threadIdx.x;
  if (c >= cols) return;
  float s = 0;
  for (int r = blockIdx.y; r < rows; r += gridDim.y) s += x[r * cols + c];
  atomicAdd(&y[c], s);
}
extern "C" int column_sum(const float* x, float* y, int rows, int cols, cudaStream_t stream) {
  cudaMemsetAsync(y, 0, cols * sizeof(float), stream);
  column_sum_kernel<<<dim3((cols + 127) / 128, 8), 128, 0, stream>>>(x, y, rows, cols);
  return cudaGetLastError();
}

template <typename T, int TILE>
__global__ void matmul_kernel(const T* a, const T* b, T* c, int m, int n, int k) {
  __shared__ T as[TILE][TILE], bs[TILE][TILE];
  int row = blockIdx.y * TILE + threadIdx.y, col = blockIdx.x * TILE + threadIdx.x;
  T sum = 0;
  for (int t = 0; t < k; t += TILE) {
    as[threadIdx.y][threadIdx.x] = row < m && t + threadIdx.x < k ? a[row * k + t + threadIdx.x] : T(0);
    bs[threadIdx.y][threadIdx.x] = col < n && t + threadIdx.y < k ? b[(t + threadIdx.y) * n + col] : T(0);
    __syncthreads();
    for (int i = 0; i < TILE; ++i) sum += as[threadIdx.y][i] * bs[i][threadIdx.x];
    __syncthreads();
  }
  if (row < m && col < n) c[row * n + col] = sum;
}
extern "C" void matmul(const float* a, const float* b, float* c, int m, int n, int k, cudaStream_t stream) {
  matmul_kernel<float, 16><<<dim3((n + 15) / 16, (m + 15) / 16), dim3(16, 16), 0, stream>>>(a, b, c, m, n, k);
}
