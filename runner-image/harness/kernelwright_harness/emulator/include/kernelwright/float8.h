// 8-bit floats: scalars, pairs and quadruples, and their conversions. Nothing is computed in them, here as in CUDA.
#pragma once
#include "kernelwright/bfloat16.h"
#include "kernelwright/half.h"

typedef unsigned char __nv_fp8_storage_t;
typedef unsigned short __nv_fp8x2_storage_t;
typedef unsigned __nv_fp8x4_storage_t;
enum __nv_saturation_t { __NV_NOSAT, __NV_SATFINITE };
enum __nv_fp8_interpretation_t { __NV_E4M3, __NV_E5M2 };

namespace kernelwright KERNELWRIGHT_PRIVATE {

/** Layout of an 8-bit float: bits of the mantissa, bias of the exponent, and the codes of the largest number, of what overflows to, and of NaN. */
struct Float8 {
  int mantissa, bias;
  unsigned largest, overflow, nan;
};
inline constexpr Float8 e4m3 = {3, 7, 0x7E, 0x7F, 0x7F};
inline constexpr Float8 e5m2 = {2, 15, 0x7B, 0x7C, 0x7F};

inline const Float8& float8_of(__nv_fp8_interpretation_t kind) { return kind == __NV_E4M3 ? e4m3 : e5m2; }

inline int larger(int a, int b) { return a > b ? a : b; }

/** Nearest, ties to even. */
inline unsigned char float8_bits(float value, const Float8& type, bool saturate) {
  if (isnan(value)) return static_cast<unsigned char>(type.nan);
  const unsigned sign = signbit(value) ? 0x80u : 0u;
  const float magnitude = fabsf(value);
  const unsigned beyond = saturate ? type.largest : type.overflow;
  if (isinf(value)) return static_cast<unsigned char>(sign | beyond);
  // Below the smallest normal number the step stays what it is there.
  const int exponent = larger(magnitude == 0 ? -127 : ilogbf(magnitude), 1 - type.bias);
  const float steps = nearbyintf(ldexpf(magnitude, type.mantissa - exponent));
  const float code = ldexpf(static_cast<float>(exponent + type.bias - 1), type.mantissa) + steps;
  return static_cast<unsigned char>(sign | (code > static_cast<float>(type.largest) ? beyond : static_cast<unsigned>(code)));
}

inline float float8_to_float(unsigned char bits, const Float8& type) {
  const unsigned code = bits & 0x7Fu;
  const float sign = bits & 0x80u ? -1.0f : 1.0f;
  if (code > type.largest) return type.overflow == type.nan || code > type.overflow ? __uint_as_float(0x7FFFFFFFu) : sign * __uint_as_float(0x7F800000u);
  const int exponent = static_cast<int>(code >> type.mantissa);
  const unsigned one = 1u << type.mantissa;
  const unsigned digits = (code & (one - 1)) + (exponent > 0 ? one : 0);
  return sign * ldexpf(static_cast<float>(digits), larger(exponent, 1) - type.bias - type.mantissa);
}

}  // namespace kernelwright

KERNELWRIGHT_INLINE __nv_fp8_storage_t __nv_cvt_float_to_fp8(float x, __nv_saturation_t saturate, __nv_fp8_interpretation_t kind) {
  return kernelwright::float8_bits(x, kernelwright::float8_of(kind), saturate == __NV_SATFINITE);
}
KERNELWRIGHT_INLINE __nv_fp8_storage_t __nv_cvt_double_to_fp8(double x, __nv_saturation_t saturate, __nv_fp8_interpretation_t kind) {
  return __nv_cvt_float_to_fp8(kernelwright::round_to_odd(x), saturate, kind);
}
KERNELWRIGHT_INLINE __nv_fp8x2_storage_t __nv_cvt_float2_to_fp8x2(float2 x, __nv_saturation_t saturate, __nv_fp8_interpretation_t kind) {
  return static_cast<__nv_fp8x2_storage_t>(__nv_cvt_float_to_fp8(x.x, saturate, kind) | __nv_cvt_float_to_fp8(x.y, saturate, kind) << 8);
}
KERNELWRIGHT_INLINE __half_raw __nv_cvt_fp8_to_halfraw(__nv_fp8_storage_t x, __nv_fp8_interpretation_t kind) {
  return {kernelwright::half_bits(kernelwright::float8_to_float(x, kernelwright::float8_of(kind)))};
}

/** The scalar `type`, its pair and its quadruple. Their constructors saturate, as CUDA's do. */
#define KERNELWRIGHT_FLOAT8(type, pair, quadruple, kind)                                                                   \
  struct type {                                                                                                            \
    __nv_fp8_storage_t __x;                                                                                                \
    type() = default; /* trivial, so that it can live in shared memory */                                                  \
    explicit KERNELWRIGHT_INLINE type(float x) : __x(__nv_cvt_float_to_fp8(x, __NV_SATFINITE, kind)) {}                    \
    explicit KERNELWRIGHT_INLINE type(double x) : __x(__nv_cvt_double_to_fp8(x, __NV_SATFINITE, kind)) {}                  \
    explicit KERNELWRIGHT_INLINE type(__half x) : type(float(x)) {}                                                        \
    explicit KERNELWRIGHT_INLINE type(__nv_bfloat16 x) : type(float(x)) {}                                                 \
    explicit KERNELWRIGHT_INLINE type(int x) : type(double(x)) {}                                                          \
    explicit KERNELWRIGHT_INLINE type(unsigned x) : type(double(x)) {}                                                     \
    explicit KERNELWRIGHT_INLINE type(long long x) : type(double(x)) {}                                                    \
    explicit KERNELWRIGHT_INLINE operator float() const {                                                                  \
      return kernelwright::float8_to_float(__x, kernelwright::float8_of(kind));                                            \
    }                                                                                                                      \
    explicit KERNELWRIGHT_INLINE operator double() const { return float(*this); }                                          \
    explicit KERNELWRIGHT_INLINE operator __half() const { return __half(float(*this)); }                                  \
    explicit KERNELWRIGHT_INLINE operator __nv_bfloat16() const { return __nv_bfloat16(float(*this)); }                    \
    explicit KERNELWRIGHT_INLINE operator bool() const { return (__x & 0x7Fu) != 0; }                                      \
    explicit KERNELWRIGHT_INLINE operator int() const { return __float2int_rz(float(*this)); }                             \
  };                                                                                                                       \
  struct alignas(2) pair {                                                                                                 \
    __nv_fp8x2_storage_t __x;                                                                                              \
    pair() = default;                                                                                                      \
    explicit KERNELWRIGHT_INLINE pair(float2 x) : __x(__nv_cvt_float2_to_fp8x2(x, __NV_SATFINITE, kind)) {}                \
    explicit KERNELWRIGHT_INLINE operator float2() const {                                                                 \
      const kernelwright::Float8& layout = kernelwright::float8_of(kind);                                                  \
      return make_float2(kernelwright::float8_to_float(__x & 0xFFu, layout), kernelwright::float8_to_float(__x >> 8, layout)); \
    }                                                                                                                      \
  };                                                                                                                       \
  struct alignas(4) quadruple {                                                                                            \
    __nv_fp8x4_storage_t __x;                                                                                              \
    quadruple() = default;                                                                                                 \
    explicit KERNELWRIGHT_INLINE quadruple(float4 x)                                                                       \
        : __x(pair(make_float2(x.x, x.y)).__x | static_cast<unsigned>(pair(make_float2(x.z, x.w)).__x) << 16) {}           \
    explicit KERNELWRIGHT_INLINE operator float4() const {                                                                 \
      pair low, high;                                                                                                      \
      low.__x = static_cast<unsigned short>(__x);                                                                          \
      high.__x = static_cast<unsigned short>(__x >> 16);                                                                   \
      const float2 first = float2(low), second = float2(high);                                                             \
      return make_float4(first.x, first.y, second.x, second.y);                                                            \
    }                                                                                                                      \
  };

KERNELWRIGHT_FLOAT8(__nv_fp8_e4m3, __nv_fp8x2_e4m3, __nv_fp8x4_e4m3, __NV_E4M3)
KERNELWRIGHT_FLOAT8(__nv_fp8_e5m2, __nv_fp8x2_e5m2, __nv_fp8x4_e5m2, __NV_E5M2)
