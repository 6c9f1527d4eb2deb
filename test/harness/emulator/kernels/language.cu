// One launcher for each feature of the language and the runtime API.
#include <cuda_runtime.h>
#include <math_constants.h>
#include <vector>

namespace deep { namespace er {
template <typename T, int N, bool Flag = (N > 1)>
__global__ void fill(T* y, T value) { y[blockIdx.x * N + threadIdx.x] = Flag ? value : T(-1); }
}}  // namespace deep::er

#define CHECK(call) do { cudaError_t error_ = (call); if (error_ != cudaSuccess) return error_; } while (0)
#define LAUNCH_FILL(T, N, grid) \
  deep::er::fill<T, N><<<grid, N>>>(y, T(7))

extern "C" int fill_templates(float* y) {
  deep::er::fill<float, (4 > 2) ? 4 : 8><<<2, 4>>>(y, 1.5f);
  ::deep::er::fill<float, sizeof(std::vector<std::vector<int>>) / 6><<<dim3(1, 1), dim3(4), 0>>>(y + 8, 2.5f);
  if (y) deep::er::fill<float, 4, (1 >> 1) != 0>
      <<<
          1, 4, 0, 0  // a comment with <<< in it
      >>>(
          y + 12, 3.5f);
  y += 16; LAUNCH_FILL(float, 4, 1);
  return cudaGetLastError();
}

__global__ void coordinates(int* y) {
  int block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  int thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  y[block * blockDim.x * blockDim.y * blockDim.z + thread] =
      threadIdx.x + 10 * threadIdx.y + 100 * threadIdx.z + 1000 * blockIdx.x + 10000 * blockIdx.y + 100000 * blockIdx.z;
}
extern "C" int grid_3d(int* y) { coordinates<<<dim3(2, 3, 2), dim3(3, 2, 2)>>>(y); return cudaGetLastError(); }

template <typename T>
__global__ void deduced(T* y, const T* x, int n) {
  int i = threadIdx.x;
  if (i < n) y[i] = x == NULL ? T(5) : x[i];
}
extern "C" int null_arguments(float* y) { deduced<float><<<1, 4>>>(y, NULL, 4); deduced<float><<<1, 4>>>(y + 4, 0, 4); return 0; }

__constant__ float weights[4] = {1, 2, 3, 4};
__device__ int counter;
__device__ float table[2][2] = {{1, 2}, {3, 4}};
__managed__ int managed_value = 3;
__global__ void symbols(float* y) {
  y[threadIdx.x] = weights[threadIdx.x] + table[threadIdx.x / 2][threadIdx.x % 2] + managed_value;
  atomicAdd(&counter, 1);
}
extern "C" int use_symbols(float* y, int* count) {
  float fresh[2] = {10, 20};
  int zero = 0;
  CHECK(cudaMemcpyToSymbol(weights, fresh, sizeof fresh, 2 * sizeof(float)));
  CHECK(cudaMemcpyToSymbol(counter, &zero, sizeof zero));
  symbols<<<1, 4>>>(y);
  return cudaMemcpyFromSymbol(count, counter, sizeof(int));
}
extern "C" int symbol_too_large() {
  float five[5] = {};
  int error = cudaMemcpyToSymbol(weights, five, sizeof five);
  return cudaGetLastError() == error ? error : -1;
}

template <typename F>
__global__ void apply(float* y, int n, F f) { if (threadIdx.x < n) y[threadIdx.x] = f(y[threadIdx.x]); }
extern "C" int lambdas(float* y, int n, float a) {
  auto twice = [a] __device__ (float v) { return 2 * v + a; };
  apply<<<1, 32>>>(y, n, twice);
  apply<<<1, 32>>>(y, n, [=] __host__ __device__ (float v) { return v - a; });
  void (*pointer)(float*, int, decltype(twice)) = apply<decltype(twice)>;
  pointer<<<1, 32>>>(y, n, twice);
  return cudaGetLastError();
}

extern __shared__ float file_scope_dynamic[];
__shared__ int file_scope_static[64];
__global__ void shared_kinds(float* y, int n) {
  __shared__ float row[8], other;
  static __shared__ volatile int flags[4];
  extern __shared__ unsigned char bytes[];
  float* floats = reinterpret_cast<float*>(bytes);
  int i = threadIdx.x;
  row[i] = i;
  if (i == 0) other = 100;
  if (i < 4) flags[i] = i;
  file_scope_dynamic[i] = 1000 * i;
  file_scope_static[i] = 7;
  __syncthreads();
  y[i] = row[7 - i] + other + flags[i % 4] + floats[7 - i] + file_scope_static[7 - i];
}
extern "C" int shared_memory(float* y) { shared_kinds<<<1, 8, 8 * sizeof(float)>>>(y, 8); return cudaGetLastError(); }

__global__ void uninitialised(float* y, int* z) {
  __shared__ float tile[4];
  extern __shared__ float dynamic[];
  y[2 * blockIdx.x] = tile[1];
  y[2 * blockIdx.x + 1] = dynamic[3];
  *z = file_scope_static[0];
  tile[1] = dynamic[3] = 1;
}
extern "C" int uninitialised_shared(float* y, int* z) { uninitialised<<<2, 1, 16>>>(y, z); return 0; }

__global__ void dynamic_fill(char* y, int bytes) {
  extern __shared__ char memory[];
  for (int i = threadIdx.x; i < bytes; i += blockDim.x) memory[i] = 1;
  y[0] = memory[bytes - 1];
}
template <int N> __global__ void template_dynamic(char* y) { extern __shared__ char memory[]; memory[N - 1] = 2; y[0] = memory[N - 1]; }
extern "C" int dynamic_shared(char* y, int bytes, int allow) {
  if (allow > 0) CHECK(cudaFuncSetAttribute(dynamic_fill, cudaFuncAttributeMaxDynamicSharedMemorySize, allow));
  dynamic_fill<<<1, 32, bytes>>>(y, bytes);
  return cudaGetLastError();
}
extern "C" int dynamic_shared_of_other_instance(char* y) {
  CHECK(cudaFuncSetAttribute((const void*)template_dynamic<60000>, cudaFuncAttributeMaxDynamicSharedMemorySize, 60000));
  template_dynamic<60000><<<1, 1, 60000>>>(y);
  CHECK(cudaGetLastError());
  template_dynamic<59999><<<1, 1, 60000>>>(y);
  return cudaGetLastError();
}

__global__ void mark(int* y) { *y += 1; }
extern "C" int launch_limits(int* y, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz) {
  mark<<<dim3(gx, gy, gz), dim3(bx, by, bz)>>>(y);
  int peeked = cudaPeekAtLastError();
  int first = cudaGetLastError();
  return first == peeked && cudaGetLastError() == cudaSuccess ? first : -1;
}

extern "C" int runtime_api(float* y, int* numbers) {
  int device = -1, sms = 0, blocks = 0;
  cudaDeviceProp p;
  cudaStream_t stream;
  cudaEvent_t start, end;
  float ms = -1, *memory = nullptr;
  CHECK(cudaGetDevice(&device));
  CHECK(cudaGetDeviceProperties(&p, device));
  CHECK(cudaDeviceGetAttribute(&sms, cudaDevAttrMultiProcessorCount, device));
  CHECK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, mark, 256, 100 * 1024));
  CHECK(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  CHECK(cudaEventCreate(&start)); CHECK(cudaEventCreate(&end));
  CHECK(cudaMallocAsync(&memory, 4 * sizeof(float), stream));
  CHECK(cudaEventRecord(start, stream));
  deep::er::fill<float, 4><<<1, 4, 0, stream>>>(memory, 9.0f);
  CHECK(cudaEventRecord(end, stream)); CHECK(cudaEventSynchronize(end)); CHECK(cudaEventElapsedTime(&ms, start, end));
  CHECK(cudaMemcpyAsync(y, memory, 3 * sizeof(float), cudaMemcpyDeviceToDevice, stream));
  CHECK(cudaMemsetAsync(y + 3, 0, sizeof(float), stream));
  CHECK(cudaFreeAsync(memory, stream)); CHECK(cudaStreamSynchronize(stream)); CHECK(cudaDeviceSynchronize());
  CHECK(cudaStreamDestroy(stream)); CHECK(cudaEventDestroy(start)); CHECK(cudaEventDestroy(end));
  numbers[0] = sms; numbers[1] = blocks; numbers[2] = p.major; numbers[3] = ms >= 0; numbers[4] = cudaSetDevice(1);
  numbers[5] = cudaGetErrorString(cudaErrorInvalidConfiguration)[0];
  return cudaGetLastError() == cudaErrorInvalidDevice ? 0 : -1;
}

struct __align__(16) Packed { float a, b, c, d; };
__global__ void vectors(const float4* x, float4* y, double2* z) {
  float4 v = __ldg(&x[threadIdx.x]);
  int3 i = make_int3(1, 2, 3);
  uchar4 c = make_uchar4(1, 2, 3, 255);
  static_assert(alignof(float4) == 16 && alignof(float2) == 8 && sizeof(float3) == 12 && sizeof(Packed) == 16, "layout");
  __stcs(&y[threadIdx.x], make_float4(v.w, v.z, v.y, v.x + i.z + c.w));
  z[threadIdx.x] = make_double2(v.x, CUDART_PI);
}
extern "C" int vector_types(const float* x, float* y, double* z) {
  vectors<<<1, 2>>>(reinterpret_cast<const float4*>(x), (float4*)y, reinterpret_cast<double2*>(z));
  return cudaGetLastError();
}

static __device__ __forceinline__ float clamp_index(float v) { return __saturatef(v); }
__noinline__ __device__ float not_inlined(float v) { return v + 1; }
__global__ void math(const float* x, float* y) {
  float v = x[0];
  int k = 0;
  y[k++] = __expf(v); y[k++] = __logf(v); y[k++] = __fdividef(v, 4.0f); y[k++] = rsqrtf(v); y[k++] = __frcp_rn(v);
  y[k++] = __fmaf_rn(v, v, v); y[k++] = clamp_index(v); y[k++] = max(v, 3.0f); y[k++] = min(2, 7); y[k++] = fmaxf(v, CUDART_INF_F);
  y[k++] = max(1u, 5); y[k++] = not_inlined(v); y[k++] = __powf(v, 2.0f); y[k++] = sinpif(0.5f); y[k++] = __int_as_float(__float_as_int(v));
  y[k++] = __float2int_rn(2.5f); y[k++] = __float2int_rz(1e20f) == INT_MAX; y[k++] = __float2uint_rd(-3.0f); y[k++] = exp2f(v); y[k++] = abs(-v);
#pragma unroll
  for (int i = 0; i < 2; ++i) y[k++] = (float)clock64() > 0;
}
extern "C" int math_functions(const float* x, float* y) { math<<<1, 1>>>(x, y); return 0; }

__global__ void integers(unsigned* y) {
  int k = 0;
  y[k++] = __popc(0xF0F0u); y[k++] = __clz(1); y[k++] = __clz(0); y[k++] = __ffs(8); y[k++] = __brev(1u);
  y[k++] = __funnelshift_l(0x80000000u, 1u, 1); y[k++] = __funnelshift_r(0u, 1u, 1); y[k++] = __funnelshift_lc(5u, 9u, 32);
  y[k++] = __umulhi(0x80000000u, 4u); y[k++] = __byte_perm(0x03020100u, 0x07060504u, 0x7531u); y[k++] = __dp4a(0x01020304, 0x01010101, 5);
  y[k++] = __popcll(~0ull); y[k++] = __mulhi(-1, 1); y[k++] = __clzll(1);
}
extern "C" int integer_functions(unsigned* y) { integers<<<1, 1>>>(y); return 0; }

#if 0
asm("this is never compiled"); it's not even C++
#endif
const char* text = R"x(kernel<<<1, 1>>>( "asm )x" "a \"<<<\" string"; // __shared__ int a = 3;

#ifdef __CUDA_ARCH__
#if __CUDA_ARCH__ >= 700
extern "C" int architecture() {
#else
extern "C" int old_architecture() {
#endif
  return __CUDA_ARCH__;
}
#endif

#define SHARED_ROW(T, name) \
  __shared__ T \
    name[8]
#define SCRATCH __shared__
template <typename T> struct Box { T value; };
__global__ void odd_shared(float* y) {
  SHARED_ROW(float, row);
  SCRATCH float scratch[8];
  __shared__ union { float number; int bits; } both[2];
  __shared__ Box<Box<float>> boxes[2], box;
  float __shared__ __align__(16) after[4];
  const auto put = [=](int i) { row[i] = i; scratch[i] = i; };
  put(threadIdx.x);
  if (threadIdx.x == 0) { both[1].number = 1.0f; boxes[1].value.value = 2; box.value.value = 4; after[3] = 8; }
  __syncthreads();
  y[threadIdx.x] = row[7 - threadIdx.x] + scratch[7 - threadIdx.x] + (both[1].bits == 0x3f800000) + boxes[1].value.value + box.value.value + after[3];
}
extern "C" cudaError_t odd_shared_declarations(float* y, cudaStream_t stream) { odd_shared<<<1, 8, 0, stream>>>(y); return cudaGetLastError(); }

__device__ int insque[4] = {5, 6, 7, 8};  // the C library has a function of this name
__global__ void read_index(int* y) { y[threadIdx.x] = insque[threadIdx.x]; }
extern "C" int library_names(int* y) { read_index<<<1, 4>>>(y); return 0; }

extern "C" int permission_for_a_template(char* y) {
  CHECK(cudaFuncSetAttribute(template_dynamic<70000>, cudaFuncAttributeMaxDynamicSharedMemorySize, 70000));
  template_dynamic<70000><<<1, 1, 70000>>>(y);
  return cudaGetLastError();
}
