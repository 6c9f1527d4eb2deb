// 8-bit floats: every conversion of them.
#include <cuda_fp8.h>
#include <cuda_runtime.h>

template <typename Float8>
__global__ void from_float(const float* x, Float8* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = Float8(x[i]);
}

template <typename Float8>
__global__ void to_float(const Float8* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = float(x[i]);
}

template <typename Float8x4>
__global__ void there_and_back(float4* x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] = float4(Float8x4(x[i]));
}

__global__ void without_saturation(const float* x, __nv_fp8_storage_t* y, __nv_fp8_interpretation_t kind, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = __nv_cvt_float_to_fp8(x[i], __NV_NOSAT, kind);
}

#define LAUNCHERS(name, kind)                                                                                              \
  extern "C" int name##_from_float(const float* x, unsigned char* y, int n) {                                              \
    from_float<<<(n + 63) / 64, 64>>>(x, reinterpret_cast<__nv_fp8_##name*>(y), n);                                        \
    return cudaGetLastError();                                                                                             \
  }                                                                                                                        \
  extern "C" int name##_to_float(const unsigned char* x, float* y, int n) {                                                \
    to_float<<<(n + 63) / 64, 64>>>(reinterpret_cast<const __nv_fp8_##name*>(x), y, n);                                    \
    return cudaGetLastError();                                                                                             \
  }                                                                                                                        \
  extern "C" int name##_by_fours(float* x, int n) {                                                                        \
    there_and_back<__nv_fp8x4_##name><<<1, n>>>(reinterpret_cast<float4*>(x), n);                                          \
    return cudaGetLastError();                                                                                             \
  }                                                                                                                        \
  extern "C" int name##_without_saturation(const float* x, unsigned char* y, int n) {                                      \
    without_saturation<<<(n + 63) / 64, 64>>>(x, y, kind, n);                                                              \
    return cudaGetLastError();                                                                                             \
  }

LAUNCHERS(e4m3, __NV_E4M3)
LAUNCHERS(e5m2, __NV_E5M2)
