// Bit counting, wide multiplication, funnel shifts and dot products on integers.
#pragma once

KERNELWRIGHT_INLINE int __popc(unsigned x) { return __builtin_popcount(x); }
KERNELWRIGHT_INLINE int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
KERNELWRIGHT_INLINE int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x)); }
KERNELWRIGHT_INLINE int __clzll(long long x) { return x == 0 ? 64 : __builtin_clzll(static_cast<unsigned long long>(x)); }
KERNELWRIGHT_INLINE int __ffs(int x) { return __builtin_ffs(x); }
KERNELWRIGHT_INLINE int __ffsll(long long x) { return __builtin_ffsll(x); }

inline unsigned long long __brevll(unsigned long long x) {
  x = (x >> 1 & 0x5555555555555555ull) | (x & 0x5555555555555555ull) << 1;
  x = (x >> 2 & 0x3333333333333333ull) | (x & 0x3333333333333333ull) << 2;
  x = (x >> 4 & 0x0F0F0F0F0F0F0F0Full) | (x & 0x0F0F0F0F0F0F0F0Full) << 4;
  return __builtin_bswap64(x);
}
KERNELWRIGHT_INLINE unsigned __brev(unsigned x) { return static_cast<unsigned>(__brevll(x) >> 32); }

KERNELWRIGHT_INLINE int __mulhi(int x, int y) { return static_cast<int>(static_cast<long long>(x) * y >> 32); }
KERNELWRIGHT_INLINE unsigned __umulhi(unsigned x, unsigned y) { return static_cast<unsigned>(uint64_t(x) * y >> 32); }
KERNELWRIGHT_INLINE long long __mul64hi(long long x, long long y) {
  return static_cast<long long>(static_cast<__int128>(x) * y >> 64);
}
KERNELWRIGHT_INLINE unsigned long long __umul64hi(unsigned long long x, unsigned long long y) {
  return static_cast<unsigned long long>(static_cast<unsigned __int128>(x) * y >> 64);
}
KERNELWRIGHT_INLINE int __mul24(int x, int y) {
  const long long product = static_cast<long long>(static_cast<int>(unsigned(x) << 8) >> 8) * (static_cast<int>(unsigned(y) << 8) >> 8);
  return static_cast<int>(static_cast<unsigned>(product));
}
KERNELWRIGHT_INLINE unsigned __umul24(unsigned x, unsigned y) { return (x & 0xFFFFFFu) * (y & 0xFFFFFFu); }
KERNELWRIGHT_INLINE unsigned __sad(int x, int y, unsigned z) {
  return z + static_cast<unsigned>(x > y ? static_cast<long long>(x) - y : static_cast<long long>(y) - x);
}
KERNELWRIGHT_INLINE unsigned __usad(unsigned x, unsigned y, unsigned z) { return z + (x > y ? x - y : y - x); }

// `l` and `r` take the shift modulo 32, `lc` and `rc` clamp it to 32.
KERNELWRIGHT_INLINE unsigned __funnelshift_l(unsigned lo, unsigned hi, unsigned shift) {
  return static_cast<unsigned>((uint64_t(hi) << 32 | lo) << (shift & 31) >> 32);
}
KERNELWRIGHT_INLINE unsigned __funnelshift_r(unsigned lo, unsigned hi, unsigned shift) {
  return static_cast<unsigned>((uint64_t(hi) << 32 | lo) >> (shift & 31));
}
KERNELWRIGHT_INLINE unsigned __funnelshift_lc(unsigned lo, unsigned hi, unsigned shift) {
  return shift >= 32 ? lo : __funnelshift_l(lo, hi, shift);
}
KERNELWRIGHT_INLINE unsigned __funnelshift_rc(unsigned lo, unsigned hi, unsigned shift) {
  return shift >= 32 ? hi : __funnelshift_r(lo, hi, shift);
}

/** Picks four of the eight bytes of x (0 to 3) and y (4 to 7); bit 3 of a selector spreads the byte's sign. */
inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selectors) {
  const uint64_t bytes = uint64_t(y) << 32 | x;
  unsigned result = 0;
  for (unsigned i = 0; i < 4; ++i) {
    const unsigned selector = selectors >> (4 * i) & 15u;
    unsigned byte = static_cast<unsigned>(bytes >> (8 * (selector & 7u))) & 0xFFu;
    if (selector & 8u) byte = byte & 0x80u ? 0xFFu : 0u;
    result |= byte << (8 * i);
  }
  return result;
}

inline int __dp4a(int a, int b, int c) {
  unsigned sum = static_cast<unsigned>(c);
  for (unsigned i = 0; i < 32; i += 8) {
    sum += static_cast<unsigned>(static_cast<signed char>(unsigned(a) >> i) * static_cast<signed char>(unsigned(b) >> i));
  }
  return static_cast<int>(sum);
}
inline unsigned __dp4a(unsigned a, unsigned b, unsigned c) {
  for (unsigned i = 0; i < 32; i += 8) c += (a >> i & 0xFFu) * (b >> i & 0xFFu);
  return c;
}
