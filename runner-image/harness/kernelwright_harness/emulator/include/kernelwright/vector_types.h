// char1 to double4 with CUDA's alignments (float4 and int4 load 16 bytes at once and must be aligned to it), and dim3.
#pragma once

#define KERNELWRIGHT_VECTORS(name, scalar, align2, align4)                                                                 \
  struct name##1 { scalar x; };                                                                                            \
  struct alignas(align2) name##2 { scalar x, y; };                                                                         \
  struct name##3 { scalar x, y, z; };                                                                                      \
  struct alignas(align4) name##4 { scalar x, y, z, w; };                                                                   \
  KERNELWRIGHT_INLINE name##1 make_##name##1(scalar x) { return {x}; }                                                     \
  KERNELWRIGHT_INLINE name##2 make_##name##2(scalar x, scalar y) { return {x, y}; }                                        \
  KERNELWRIGHT_INLINE name##3 make_##name##3(scalar x, scalar y, scalar z) { return {x, y, z}; }                           \
  KERNELWRIGHT_INLINE name##4 make_##name##4(scalar x, scalar y, scalar z, scalar w) { return {x, y, z, w}; }

KERNELWRIGHT_VECTORS(char, signed char, 2, 4)
KERNELWRIGHT_VECTORS(uchar, unsigned char, 2, 4)
KERNELWRIGHT_VECTORS(short, short, 4, 8)
KERNELWRIGHT_VECTORS(ushort, unsigned short, 4, 8)
KERNELWRIGHT_VECTORS(int, int, 8, 16)
KERNELWRIGHT_VECTORS(uint, unsigned int, 8, 16)
KERNELWRIGHT_VECTORS(long, long, 16, 16)
KERNELWRIGHT_VECTORS(ulong, unsigned long, 16, 16)
KERNELWRIGHT_VECTORS(longlong, long long, 16, 16)
KERNELWRIGHT_VECTORS(ulonglong, unsigned long long, 16, 16)
KERNELWRIGHT_VECTORS(float, float, 8, 16)
KERNELWRIGHT_VECTORS(double, double, 16, 16)
#undef KERNELWRIGHT_VECTORS

struct dim3 {
  unsigned int x, y, z;
  constexpr dim3(unsigned int x = 1, unsigned int y = 1, unsigned int z = 1) : x(x), y(y), z(z) {}
  constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
  constexpr operator uint3() const { return {x, y, z}; }
};

// Set by the scheduler whenever it switches to another thread.
KERNELWRIGHT_PRIVATE inline uint3 threadIdx, blockIdx;
KERNELWRIGHT_PRIVATE inline dim3 blockDim, gridDim;
constexpr int warpSize = 32;
