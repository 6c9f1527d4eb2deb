// CUDA's math beyond the C library. The fast intrinsics are computed exactly: a candidate that needs their error to pass is wrong.
#pragma once

// glibc declares `__expf` and its kin for itself with C linkage, so ours need other names.
#define __expf kernelwright_expf
#define __exp10f kernelwright_exp10f
#define __logf kernelwright_logf
#define __log2f kernelwright_log2f
#define __log10f kernelwright_log10f
#define __sinf kernelwright_sinf
#define __cosf kernelwright_cosf
#define __tanf kernelwright_tanf
#define __tanhf kernelwright_tanhf
#define __powf kernelwright_powf
#define __sincosf kernelwright_sincosf

#define KERNELWRIGHT_UNARY(name, type, expression)                                                                         \
  KERNELWRIGHT_INLINE type name(type x) { return expression; }
#define KERNELWRIGHT_BINARY(name, type, expression)                                                                        \
  KERNELWRIGHT_INLINE type name(type x, type y) { return expression; }

KERNELWRIGHT_UNARY(__expf, float, expf(x))
KERNELWRIGHT_UNARY(__exp10f, float, ::exp10f(x))
KERNELWRIGHT_UNARY(__logf, float, logf(x))
KERNELWRIGHT_UNARY(__log2f, float, log2f(x))
KERNELWRIGHT_UNARY(__log10f, float, log10f(x))
KERNELWRIGHT_UNARY(__sinf, float, sinf(x))
KERNELWRIGHT_UNARY(__cosf, float, cosf(x))
KERNELWRIGHT_UNARY(__tanf, float, tanf(x))
KERNELWRIGHT_UNARY(__tanhf, float, tanhf(x))
KERNELWRIGHT_BINARY(__powf, float, powf(x, y))
KERNELWRIGHT_INLINE void __sincosf(float x, float* s, float* c) { *s = sinf(x); *c = cosf(x); }

KERNELWRIGHT_UNARY(rsqrtf, float, 1.0f / sqrtf(x))
KERNELWRIGHT_UNARY(rsqrt, double, 1.0 / sqrt(x))
KERNELWRIGHT_UNARY(rsqrt, float, 1.0f / sqrtf(x))
KERNELWRIGHT_UNARY(rcbrtf, float, 1.0f / cbrtf(x))
KERNELWRIGHT_UNARY(rcbrt, double, 1.0 / cbrt(x))
KERNELWRIGHT_BINARY(rhypotf, float, 1.0f / hypotf(x, y))
KERNELWRIGHT_BINARY(rhypot, double, 1.0 / hypot(x, y))
KERNELWRIGHT_UNARY(sinpif, float, static_cast<float>(sin(M_PI * fmod(double(x), 2.0))))
KERNELWRIGHT_UNARY(cospif, float, static_cast<float>(cos(M_PI * fmod(double(x), 2.0))))
KERNELWRIGHT_UNARY(sinpi, double, sin(M_PI * fmod(x, 2.0)))
KERNELWRIGHT_UNARY(cospi, double, cos(M_PI * fmod(x, 2.0)))
KERNELWRIGHT_UNARY(normcdff, float, static_cast<float>(0.5 * erfc(-double(x) * M_SQRT1_2)))
KERNELWRIGHT_UNARY(normcdf, double, 0.5 * erfc(-x * M_SQRT1_2))
KERNELWRIGHT_UNARY(__saturatef, float, x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f)
KERNELWRIGHT_UNARY(__frcp_rn, float, 1.0f / x)
KERNELWRIGHT_UNARY(__fsqrt_rn, float, sqrtf(x))
KERNELWRIGHT_UNARY(__frsqrt_rn, float, static_cast<float>(1.0 / sqrt(double(x))))
KERNELWRIGHT_UNARY(__drcp_rn, double, 1.0 / x)
KERNELWRIGHT_UNARY(__dsqrt_rn, double, sqrt(x))
KERNELWRIGHT_BINARY(__fdividef, float, x / y)
KERNELWRIGHT_BINARY(fdividef, float, x / y)
KERNELWRIGHT_BINARY(__fadd_rn, float, x + y)
KERNELWRIGHT_BINARY(__fsub_rn, float, x - y)
KERNELWRIGHT_BINARY(__fmul_rn, float, x * y)
KERNELWRIGHT_BINARY(__fdiv_rn, float, x / y)
KERNELWRIGHT_BINARY(__dadd_rn, double, x + y)
KERNELWRIGHT_BINARY(__dsub_rn, double, x - y)
KERNELWRIGHT_BINARY(__dmul_rn, double, x * y)
KERNELWRIGHT_BINARY(__ddiv_rn, double, x / y)
KERNELWRIGHT_INLINE float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }
KERNELWRIGHT_INLINE double __fma_rn(double x, double y, double z) { return fma(x, y, z); }
KERNELWRIGHT_INLINE float norm3df(float x, float y, float z) { return sqrtf(x * x + y * y + z * z); }
KERNELWRIGHT_INLINE float norm4df(float x, float y, float z, float w) { return sqrtf(x * x + y * y + z * z + w * w); }
KERNELWRIGHT_INLINE float rnorm3df(float x, float y, float z) { return 1.0f / norm3df(x, y, z); }

// Plain functions, not templates: they win over std::max when a kernel says `using namespace std`.
#define KERNELWRIGHT_MIN_MAX(a, b, result)                                                                                 \
  KERNELWRIGHT_INLINE result max(a x, b y) { return static_cast<result>(x) < static_cast<result>(y) ? y : x; }             \
  KERNELWRIGHT_INLINE result min(a x, b y) { return static_cast<result>(y) < static_cast<result>(x) ? y : x; }
KERNELWRIGHT_MIN_MAX(int, int, int)
KERNELWRIGHT_MIN_MAX(unsigned, unsigned, unsigned)
KERNELWRIGHT_MIN_MAX(int, unsigned, unsigned)
KERNELWRIGHT_MIN_MAX(unsigned, int, unsigned)
KERNELWRIGHT_MIN_MAX(long, long, long)
KERNELWRIGHT_MIN_MAX(unsigned long, unsigned long, unsigned long)
KERNELWRIGHT_MIN_MAX(long, unsigned long, unsigned long)
KERNELWRIGHT_MIN_MAX(unsigned long, long, unsigned long)
KERNELWRIGHT_MIN_MAX(long long, long long, long long)
KERNELWRIGHT_MIN_MAX(unsigned long long, unsigned long long, unsigned long long)
KERNELWRIGHT_MIN_MAX(long long, unsigned long long, unsigned long long)
KERNELWRIGHT_MIN_MAX(unsigned long long, long long, unsigned long long)
#undef KERNELWRIGHT_MIN_MAX
// With one NaN the answer is the other number, as fmax says and CUDA's max does.
#define KERNELWRIGHT_FLOAT_MIN_MAX(a, b, result, suffix)                                                                   \
  KERNELWRIGHT_INLINE result max(a x, b y) { return fmax##suffix(x, y); }                                                  \
  KERNELWRIGHT_INLINE result min(a x, b y) { return fmin##suffix(x, y); }
KERNELWRIGHT_FLOAT_MIN_MAX(float, float, float, f)
KERNELWRIGHT_FLOAT_MIN_MAX(double, double, double, )
KERNELWRIGHT_FLOAT_MIN_MAX(float, double, double, )
KERNELWRIGHT_FLOAT_MIN_MAX(double, float, double, )
#undef KERNELWRIGHT_FLOAT_MIN_MAX
KERNELWRIGHT_BINARY(umin, unsigned, x < y ? x : y)
KERNELWRIGHT_BINARY(umax, unsigned, x > y ? x : y)

// ---- the bits of a number ----

#define KERNELWRIGHT_BITS(name, from, to)                                                                                  \
  KERNELWRIGHT_INLINE to name(from x) {                                                                                    \
    to bits;                                                                                                               \
    memcpy(&bits, &x, sizeof bits);                                                                                        \
    return bits;                                                                                                           \
  }
KERNELWRIGHT_BITS(__float_as_int, float, int)
KERNELWRIGHT_BITS(__int_as_float, int, float)
KERNELWRIGHT_BITS(__float_as_uint, float, unsigned)
KERNELWRIGHT_BITS(__uint_as_float, unsigned, float)
KERNELWRIGHT_BITS(__double_as_longlong, double, long long)
KERNELWRIGHT_BITS(__longlong_as_double, long long, double)
#undef KERNELWRIGHT_BITS
KERNELWRIGHT_INLINE int __double2hiint(double x) { return static_cast<int>(__double_as_longlong(x) >> 32); }
KERNELWRIGHT_INLINE int __double2loint(double x) { return static_cast<int>(__double_as_longlong(x)); }
KERNELWRIGHT_INLINE double __hiloint2double(int hi, int lo) {
  return __longlong_as_double(static_cast<long long>(uint64_t(unsigned(hi)) << 32 | unsigned(lo)));
}

// ---- conversions: they saturate and turn NaN into 0, where a C++ cast would be undefined ----

namespace kernelwright KERNELWRIGHT_PRIVATE {
template <class To, class From>
KERNELWRIGHT_INLINE To saturate(From x, From below, From above, To least, To most) {
  if (!(x == x)) return 0;
  if (x <= below) return least;
  return x >= above ? most : static_cast<To>(x);
}
}  // namespace kernelwright

#define KERNELWRIGHT_TO_INTEGER(prefix, from, to, suffix, round, below, above, least, most)                                \
  KERNELWRIGHT_INLINE to prefix##_##suffix(from x) {                                                                       \
    return kernelwright::saturate<to, from>(round(x), static_cast<from>(below), static_cast<from>(above), least, most);    \
  }
#define KERNELWRIGHT_ROUNDINGS(prefix, from, to, below, above, least, most)                                                \
  KERNELWRIGHT_TO_INTEGER(prefix, from, to, rn, rint, below, above, least, most)                                           \
  KERNELWRIGHT_TO_INTEGER(prefix, from, to, rz, trunc, below, above, least, most)                                          \
  KERNELWRIGHT_TO_INTEGER(prefix, from, to, rd, floor, below, above, least, most)                                          \
  KERNELWRIGHT_TO_INTEGER(prefix, from, to, ru, ceil, below, above, least, most)
KERNELWRIGHT_ROUNDINGS(__float2int, float, int, -2147483648.0, 2147483648.0, INT_MIN, INT_MAX)
KERNELWRIGHT_ROUNDINGS(__float2uint, float, unsigned, 0.0, 4294967296.0, 0u, UINT_MAX)
KERNELWRIGHT_ROUNDINGS(__float2ll, float, long long, -9223372036854775808.0, 9223372036854775808.0, LLONG_MIN, LLONG_MAX)
KERNELWRIGHT_ROUNDINGS(__float2ull, float, unsigned long long, 0.0, 18446744073709551616.0, 0ull, ULLONG_MAX)
KERNELWRIGHT_ROUNDINGS(__double2int, double, int, -2147483648.0, 2147483647.0, INT_MIN, INT_MAX)
KERNELWRIGHT_ROUNDINGS(__double2uint, double, unsigned, 0.0, 4294967295.0, 0u, UINT_MAX)
KERNELWRIGHT_ROUNDINGS(__double2ll, double, long long, -9223372036854775808.0, 9223372036854775808.0, LLONG_MIN, LLONG_MAX)
#undef KERNELWRIGHT_ROUNDINGS
#undef KERNELWRIGHT_TO_INTEGER

#define KERNELWRIGHT_CONVERT(name, from, to)                                                                               \
  KERNELWRIGHT_INLINE to name(from x) { return static_cast<to>(x); }
KERNELWRIGHT_CONVERT(__int2float_rn, int, float)
KERNELWRIGHT_CONVERT(__uint2float_rn, unsigned, float)
KERNELWRIGHT_CONVERT(__ll2float_rn, long long, float)
KERNELWRIGHT_CONVERT(__ull2float_rn, unsigned long long, float)
KERNELWRIGHT_CONVERT(__int2double_rn, int, double)
KERNELWRIGHT_CONVERT(__uint2double_rn, unsigned, double)
KERNELWRIGHT_CONVERT(__ll2double_rn, long long, double)
KERNELWRIGHT_CONVERT(__double2float_rn, double, float)
#undef KERNELWRIGHT_CONVERT
#undef KERNELWRIGHT_UNARY
#undef KERNELWRIGHT_BINARY
