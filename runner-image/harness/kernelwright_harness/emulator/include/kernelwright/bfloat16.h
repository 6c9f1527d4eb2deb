// bfloat16: scalar, pair, conversions and the usual intrinsics.
#pragma once
#include "kernelwright/float16_operations.h"

namespace kernelwright KERNELWRIGHT_PRIVATE {

/** Nearest bfloat16, ties to even; the NaN is CUDA's canonical one. */
inline unsigned short bfloat16_bits(float value) {
  const unsigned bits = __float_as_uint(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return 0x7FFFu;
  return static_cast<unsigned short>((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
}

inline float bfloat16_to_float(unsigned short bits) { return __uint_as_float(static_cast<unsigned>(bits) << 16); }

}  // namespace kernelwright

struct __nv_bfloat16 {
  KERNELWRIGHT_FLOAT16_MEMBERS(__nv_bfloat16, kernelwright::bfloat16_bits, kernelwright::bfloat16_to_float)
};
typedef __nv_bfloat16 nv_bfloat16;
struct __nv_bfloat16_raw { unsigned short x; };

KERNELWRIGHT_INLINE bool __hisnan(__nv_bfloat16 a) { return (a.bits & 0x7FFFu) > 0x7F80u; }
KERNELWRIGHT_FLOAT16(__nv_bfloat16, __nv_bfloat162)
typedef __nv_bfloat162 nv_bfloat162;

KERNELWRIGHT_INLINE __nv_bfloat16 __float2bfloat16(float x) { return x; }
KERNELWRIGHT_INLINE __nv_bfloat16 __float2bfloat16_rn(float x) { return x; }
KERNELWRIGHT_INLINE __nv_bfloat16 __double2bfloat16(double x) { return x; }
KERNELWRIGHT_INLINE float __bfloat162float(__nv_bfloat16 x) { return x; }
KERNELWRIGHT_INLINE __nv_bfloat16 __int2bfloat16_rn(int x) { return x; }
KERNELWRIGHT_INLINE int __bfloat162int_rn(__nv_bfloat16 x) { return __float2int_rn(x); }
KERNELWRIGHT_INLINE int __bfloat162int_rz(__nv_bfloat16 x) { return __float2int_rz(x); }
KERNELWRIGHT_INLINE short __bfloat16_as_short(__nv_bfloat16 x) { return static_cast<short>(x.bits); }
KERNELWRIGHT_INLINE unsigned short __bfloat16_as_ushort(__nv_bfloat16 x) { return x.bits; }
KERNELWRIGHT_INLINE __nv_bfloat16 __short_as_bfloat16(short x) { return __nv_bfloat16::from_bits(static_cast<unsigned short>(x)); }
KERNELWRIGHT_INLINE __nv_bfloat16 __ushort_as_bfloat16(unsigned short x) { return __nv_bfloat16::from_bits(x); }

KERNELWRIGHT_INLINE __nv_bfloat162 __halves2bfloat162(__nv_bfloat16 x, __nv_bfloat16 y) { return {x, y}; }
KERNELWRIGHT_INLINE __nv_bfloat162 make_bfloat162(__nv_bfloat16 x, __nv_bfloat16 y) { return {x, y}; }
KERNELWRIGHT_INLINE __nv_bfloat162 __bfloat162bfloat162(__nv_bfloat16 x) { return {x, x}; }
KERNELWRIGHT_INLINE __nv_bfloat162 __float2bfloat162_rn(float x) { return {x, x}; }
KERNELWRIGHT_INLINE __nv_bfloat162 __floats2bfloat162_rn(float x, float y) { return {x, y}; }
KERNELWRIGHT_INLINE __nv_bfloat162 __float22bfloat162_rn(float2 v) { return {v.x, v.y}; }
KERNELWRIGHT_INLINE float2 __bfloat1622float2(__nv_bfloat162 v) { return {v.x, v.y}; }
KERNELWRIGHT_INLINE __nv_bfloat16 __low2bfloat16(__nv_bfloat162 v) { return v.x; }
KERNELWRIGHT_INLINE __nv_bfloat16 __high2bfloat16(__nv_bfloat162 v) { return v.y; }
KERNELWRIGHT_INLINE __nv_bfloat162 __low2bfloat162(__nv_bfloat162 v) { return {v.x, v.x}; }
KERNELWRIGHT_INLINE __nv_bfloat162 __high2bfloat162(__nv_bfloat162 v) { return {v.y, v.y}; }
#define CUDART_INF_BF16 __ushort_as_bfloat16((unsigned short)0x7F80U)
#define CUDART_NAN_BF16 __ushort_as_bfloat16((unsigned short)0x7FFFU)
#define CUDART_ONE_BF16 __ushort_as_bfloat16((unsigned short)0x3F80U)
