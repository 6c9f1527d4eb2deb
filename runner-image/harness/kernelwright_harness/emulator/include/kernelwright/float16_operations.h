// What half and bfloat16 have in common, written once: the operators, comparisons, intrinsics, pairs and atomics of a 16-bit
// float that is computed in float. float holds more than twice the digits of either, so rounding its result once more is exact.
#pragma once

#define KERNELWRIGHT_FLOAT16_OPERATOR(type, symbol)                                                                        \
  KERNELWRIGHT_INLINE type operator symbol(type a, type b) { return type(float(a) symbol float(b)); }                      \
  KERNELWRIGHT_INLINE type& operator symbol##=(type& a, type b) { return a = a symbol b; }
#define KERNELWRIGHT_FLOAT16_COMPARE(type, symbol, name)                                                                   \
  KERNELWRIGHT_INLINE bool operator symbol(type a, type b) { return float(a) symbol float(b); }                            \
  KERNELWRIGHT_INLINE bool name(type a, type b) { return a symbol b; }
#define KERNELWRIGHT_FLOAT16_UNARY(type, name, function)                                                                   \
  KERNELWRIGHT_INLINE type name(type a) { return type(function(float(a))); }
#define KERNELWRIGHT_FLOAT16_BINARY(type, name, expression)                                                                \
  KERNELWRIGHT_INLINE type name(type a, type b) { return expression; }

/** Everything for the scalar `type` and its pair `pair`. */
#define KERNELWRIGHT_FLOAT16(type, pair)                                                                                   \
  KERNELWRIGHT_FLOAT16_OPERATOR(type, +)                                                                                   \
  KERNELWRIGHT_FLOAT16_OPERATOR(type, -)                                                                                   \
  KERNELWRIGHT_FLOAT16_OPERATOR(type, *)                                                                                   \
  KERNELWRIGHT_FLOAT16_OPERATOR(type, /)                                                                                   \
  KERNELWRIGHT_FLOAT16_COMPARE(type, ==, __heq)                                                                            \
  KERNELWRIGHT_FLOAT16_COMPARE(type, !=, __hne)                                                                            \
  KERNELWRIGHT_FLOAT16_COMPARE(type, <, __hlt)                                                                             \
  KERNELWRIGHT_FLOAT16_COMPARE(type, <=, __hle)                                                                            \
  KERNELWRIGHT_FLOAT16_COMPARE(type, >, __hgt)                                                                             \
  KERNELWRIGHT_FLOAT16_COMPARE(type, >=, __hge)                                                                            \
  KERNELWRIGHT_INLINE type operator-(type a) { return type::from_bits(a.bits ^ 0x8000u); }                                 \
  KERNELWRIGHT_INLINE type operator+(type a) { return a; }                                                                 \
  KERNELWRIGHT_FLOAT16_BINARY(type, __hadd, a + b)                                                                         \
  KERNELWRIGHT_FLOAT16_BINARY(type, __hadd_rn, a + b)                                                                      \
  KERNELWRIGHT_FLOAT16_BINARY(type, __hsub, a - b)                                                                         \
  KERNELWRIGHT_FLOAT16_BINARY(type, __hmul, a * b)                                                                         \
  KERNELWRIGHT_FLOAT16_BINARY(type, __hmul_rn, a * b)                                                                      \
  KERNELWRIGHT_FLOAT16_BINARY(type, __hdiv, a / b)                                                                         \
  KERNELWRIGHT_FLOAT16_BINARY(type, __hmax, type(fmaxf(float(a), float(b))))                                               \
  KERNELWRIGHT_FLOAT16_BINARY(type, __hmin, type(fminf(float(a), float(b))))                                               \
  KERNELWRIGHT_FLOAT16_BINARY(type, __hmax_nan, __hisnan(a) ? a : __hisnan(b) ? b : __hmax(a, b))                          \
  KERNELWRIGHT_FLOAT16_BINARY(type, __hmin_nan, __hisnan(a) ? a : __hisnan(b) ? b : __hmin(a, b))                          \
  KERNELWRIGHT_INLINE type __hfma(type a, type b, type c) { return type(double(float(a)) * float(b) + float(c)); }         \
  KERNELWRIGHT_INLINE type __hneg(type a) { return -a; }                                                                   \
  KERNELWRIGHT_INLINE type __habs(type a) { return type::from_bits(a.bits & 0x7FFFu); }                                    \
  KERNELWRIGHT_INLINE int __hisinf(type a) { return isinf(float(a)) ? (float(a) > 0 ? 1 : -1) : 0; }                       \
  KERNELWRIGHT_FLOAT16_UNARY(type, hexp, expf)                                                                             \
  KERNELWRIGHT_FLOAT16_UNARY(type, hexp2, exp2f)                                                                           \
  KERNELWRIGHT_FLOAT16_UNARY(type, hlog, logf)                                                                             \
  KERNELWRIGHT_FLOAT16_UNARY(type, hlog2, log2f)                                                                           \
  KERNELWRIGHT_FLOAT16_UNARY(type, hsqrt, sqrtf)                                                                           \
  KERNELWRIGHT_FLOAT16_UNARY(type, hrsqrt, rsqrtf)                                                                         \
  KERNELWRIGHT_FLOAT16_UNARY(type, hrcp, __frcp_rn)                                                                        \
  KERNELWRIGHT_FLOAT16_UNARY(type, hsin, sinf)                                                                             \
  KERNELWRIGHT_FLOAT16_UNARY(type, hcos, cosf)                                                                             \
  KERNELWRIGHT_FLOAT16_UNARY(type, htanh, tanhf)                                                                           \
  KERNELWRIGHT_FLOAT16_UNARY(type, hfloor, floorf)                                                                         \
  KERNELWRIGHT_FLOAT16_UNARY(type, hceil, ceilf)                                                                           \
  KERNELWRIGHT_FLOAT16_UNARY(type, hrint, rintf)                                                                           \
  KERNELWRIGHT_FLOAT16_UNARY(type, htrunc, truncf)                                                                         \
  struct alignas(4) pair {                                                                                                 \
    type x, y;                                                                                                             \
    pair() = default;                                                                                                      \
    KERNELWRIGHT_INLINE pair(type x, type y) : x(x), y(y) {}                                                               \
  };                                                                                                                       \
  KERNELWRIGHT_PAIR_BINARY(pair, +, __hadd2)                                                                               \
  KERNELWRIGHT_PAIR_BINARY(pair, -, __hsub2)                                                                               \
  KERNELWRIGHT_PAIR_BINARY(pair, *, __hmul2)                                                                               \
  KERNELWRIGHT_PAIR_BINARY(pair, /, __h2div)                                                                               \
  KERNELWRIGHT_INLINE pair operator-(pair a) { return {-a.x, -a.y}; }                                                      \
  KERNELWRIGHT_INLINE pair __hneg2(pair a) { return -a; }                                                                  \
  KERNELWRIGHT_INLINE pair __habs2(pair a) { return {__habs(a.x), __habs(a.y)}; }                                          \
  KERNELWRIGHT_INLINE bool operator==(pair a, pair b) { return a.x == b.x && a.y == b.y; }                                 \
  KERNELWRIGHT_INLINE bool operator!=(pair a, pair b) { return !(a == b); }                                                \
  KERNELWRIGHT_INLINE pair __hfma2(pair a, pair b, pair c) { return {__hfma(a.x, b.x, c.x), __hfma(a.y, b.y, c.y)}; }      \
  KERNELWRIGHT_INLINE pair __hmax2(pair a, pair b) { return {__hmax(a.x, b.x), __hmax(a.y, b.y)}; }                        \
  KERNELWRIGHT_INLINE pair __hmin2(pair a, pair b) { return {__hmin(a.x, b.x), __hmin(a.y, b.y)}; }                        \
  KERNELWRIGHT_INLINE pair h2exp(pair a) { return {hexp(a.x), hexp(a.y)}; }                                                \
  KERNELWRIGHT_INLINE pair h2exp2(pair a) { return {hexp2(a.x), hexp2(a.y)}; }                                             \
  KERNELWRIGHT_INLINE pair h2log(pair a) { return {hlog(a.x), hlog(a.y)}; }                                                \
  KERNELWRIGHT_INLINE pair h2sqrt(pair a) { return {hsqrt(a.x), hsqrt(a.y)}; }                                             \
  KERNELWRIGHT_INLINE pair h2rsqrt(pair a) { return {hrsqrt(a.x), hrsqrt(a.y)}; }                                          \
  KERNELWRIGHT_INLINE pair h2rcp(pair a) { return {hrcp(a.x), hrcp(a.y)}; }                                                \
  KERNELWRIGHT_INLINE float __low2float(pair a) { return float(a.x); }                                                     \
  KERNELWRIGHT_INLINE float __high2float(pair a) { return float(a.y); }                                                    \
  KERNELWRIGHT_INLINE type atomicAdd(type* address, type value) {                                                          \
    kernelwright::count_atomic();                                                                                          \
    const type old = *address;                                                                                             \
    *address = old + value;                                                                                                \
    return old;                                                                                                            \
  }                                                                                                                        \
  KERNELWRIGHT_INLINE pair atomicAdd(pair* address, pair value) {                                                          \
    kernelwright::count_atomic();                                                                                          \
    const pair old = *address;                                                                                             \
    *address = old + value;                                                                                                \
    return old;                                                                                                            \
  }

#define KERNELWRIGHT_PAIR_BINARY(pair, symbol, name)                                                                       \
  KERNELWRIGHT_INLINE pair operator symbol(pair a, pair b) { return {a.x symbol b.x, a.y symbol b.y}; }                    \
  KERNELWRIGHT_INLINE pair& operator symbol##=(pair& a, pair b) { return a = a symbol b; }                                 \
  KERNELWRIGHT_INLINE pair name(pair a, pair b) { return a symbol b; }

/** The members every 16-bit float has; `to_bits` and `to_float` are its two conversions. */
#define KERNELWRIGHT_FLOAT16_MEMBERS(type, to_bits, to_float)                                                              \
  unsigned short bits;                                                                                                     \
  type() = default; /* trivial, so that it can live in shared memory */                                                    \
  KERNELWRIGHT_INLINE type(float x) : bits(to_bits(x)) {}                                                                  \
  KERNELWRIGHT_INLINE type(double x) : bits(to_bits(kernelwright::round_to_odd(x))) {}                                     \
  KERNELWRIGHT_INLINE type(int x) : type(double(x)) {}                                                                     \
  KERNELWRIGHT_INLINE type(unsigned x) : type(double(x)) {}                                                                \
  KERNELWRIGHT_INLINE type(short x) : type(float(x)) {}                                                                    \
  KERNELWRIGHT_INLINE type(unsigned short x) : type(float(x)) {}                                                           \
  KERNELWRIGHT_INLINE type(long x) : type(double(x)) {}                                                                    \
  KERNELWRIGHT_INLINE type(unsigned long x) : type(double(x)) {}                                                           \
  KERNELWRIGHT_INLINE type(long long x) : type(double(x)) {}                                                               \
  KERNELWRIGHT_INLINE type(unsigned long long x) : type(double(x)) {}                                                      \
  static KERNELWRIGHT_INLINE type from_bits(unsigned b) {                                                                  \
    type result;                                                                                                           \
    result.bits = static_cast<unsigned short>(b);                                                                          \
    return result;                                                                                                         \
  }                                                                                                                        \
  KERNELWRIGHT_INLINE operator float() const { return to_float(bits); }                                                    \
  explicit KERNELWRIGHT_INLINE operator bool() const { return (bits & 0x7FFFu) != 0; }                                     \
  explicit KERNELWRIGHT_INLINE operator int() const { return __float2int_rz(*this); }                                      \
  explicit KERNELWRIGHT_INLINE operator unsigned() const { return __float2uint_rz(*this); }                                \
  explicit KERNELWRIGHT_INLINE operator long long() const { return __float2ll_rz(*this); }

namespace kernelwright KERNELWRIGHT_PRIVATE {

/** A float from which rounding once more gives what rounding the double directly would: inexact results get an odd last bit. */
inline float round_to_odd(double x) {
  float f = static_cast<float>(x);
  if (!(x == x) || static_cast<double>(f) == x || isinf(f)) return f;
  unsigned bits = __float_as_uint(f);
  if (fabs(static_cast<double>(f)) > fabs(x)) --bits;
  return __uint_as_float(bits | 1u);
}

}  // namespace kernelwright
