// IEEE half precision: scalar, pair, conversions and the usual intrinsics.
#pragma once
#include "kernelwright/float16_operations.h"

namespace kernelwright KERNELWRIGHT_PRIVATE {

/** Nearest half, ties to even; the NaN is CUDA's canonical one. */
inline unsigned short half_bits(float value) {
  const unsigned bits = __float_as_uint(value);
  const unsigned sign = bits >> 16 & 0x8000u;
  const unsigned magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) return 0x7FFFu;
  if (magnitude >= 0x477FF000u) return static_cast<unsigned short>(sign | 0x7C00u);  // 65520 and more round to infinity
  if (magnitude < 0x38800000u) {  // subnormal: beside 0.5f a float's last place is 2^-24, which is half's smallest step
    return static_cast<unsigned short>(sign | (__float_as_uint(__uint_as_float(magnitude) + 0.5f) - 0x3F000000u));
  }
  const unsigned rounded = magnitude + 0xFFFu + (magnitude >> 13 & 1u);
  return static_cast<unsigned short>(sign | ((rounded - 0x38000000u) >> 13));
}

inline float half_to_float(unsigned short half) {
  const unsigned sign = (half & 0x8000u) << 16;
  const unsigned magnitude = half & 0x7FFFu;
  if (magnitude >= 0x7C00u) return __uint_as_float(sign | 0x7F800000u | (magnitude & 0x3FFu) << 13);
  if (magnitude < 0x400u) return (sign ? -0x1p-24f : 0x1p-24f) * static_cast<float>(magnitude);
  return __uint_as_float(sign | ((magnitude << 13) + 0x38000000u));
}

}  // namespace kernelwright

struct __half {
  KERNELWRIGHT_FLOAT16_MEMBERS(__half, kernelwright::half_bits, kernelwright::half_to_float)
};
typedef __half half;
struct __half_raw { unsigned short x; };

KERNELWRIGHT_INLINE bool __hisnan(__half a) { return (a.bits & 0x7FFFu) > 0x7C00u; }
KERNELWRIGHT_FLOAT16(__half, __half2)
typedef __half2 half2;

KERNELWRIGHT_INLINE __half __float2half(float x) { return x; }
KERNELWRIGHT_INLINE __half __float2half_rn(float x) { return x; }
KERNELWRIGHT_INLINE __half __double2half(double x) { return x; }
KERNELWRIGHT_INLINE float __half2float(__half x) { return x; }
KERNELWRIGHT_INLINE __half __int2half_rn(int x) { return x; }
KERNELWRIGHT_INLINE __half __uint2half_rn(unsigned x) { return x; }
KERNELWRIGHT_INLINE int __half2int_rn(__half x) { return __float2int_rn(x); }
KERNELWRIGHT_INLINE int __half2int_rz(__half x) { return __float2int_rz(x); }
KERNELWRIGHT_INLINE short __half_as_short(__half x) { return static_cast<short>(x.bits); }
KERNELWRIGHT_INLINE unsigned short __half_as_ushort(__half x) { return x.bits; }
KERNELWRIGHT_INLINE __half __short_as_half(short x) { return __half::from_bits(static_cast<unsigned short>(x)); }
KERNELWRIGHT_INLINE __half __ushort_as_half(unsigned short x) { return __half::from_bits(x); }

KERNELWRIGHT_INLINE __half2 __halves2half2(__half x, __half y) { return {x, y}; }
KERNELWRIGHT_INLINE __half2 make_half2(__half x, __half y) { return {x, y}; }
KERNELWRIGHT_INLINE __half2 __half2half2(__half x) { return {x, x}; }
KERNELWRIGHT_INLINE __half2 __float2half2_rn(float x) { return {x, x}; }
KERNELWRIGHT_INLINE __half2 __floats2half2_rn(float x, float y) { return {x, y}; }
KERNELWRIGHT_INLINE __half2 __float22half2_rn(float2 v) { return {v.x, v.y}; }
KERNELWRIGHT_INLINE float2 __half22float2(__half2 v) { return {v.x, v.y}; }
KERNELWRIGHT_INLINE __half __low2half(__half2 v) { return v.x; }
KERNELWRIGHT_INLINE __half __high2half(__half2 v) { return v.y; }
KERNELWRIGHT_INLINE __half2 __low2half2(__half2 v) { return {v.x, v.x}; }
KERNELWRIGHT_INLINE __half2 __high2half2(__half2 v) { return {v.y, v.y}; }
KERNELWRIGHT_INLINE __half2 __lowhigh2highlow(__half2 v) { return {v.y, v.x}; }
#define CUDART_INF_FP16 __ushort_as_half((unsigned short)0x7C00U)
#define CUDART_NAN_FP16 __ushort_as_half((unsigned short)0x7FFFU)
#define CUDART_MAX_NORMAL_FP16 __ushort_as_half((unsigned short)0x7BFFU)
#define CUDART_ZERO_FP16 __ushort_as_half((unsigned short)0x0000U)
#define CUDART_ONE_FP16 __ushort_as_half((unsigned short)0x3C00U)
