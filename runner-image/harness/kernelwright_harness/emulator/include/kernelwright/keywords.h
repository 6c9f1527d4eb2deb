// CUDA's qualifiers and predefined macros, as far as plain C++ can express them.
#pragma once

#define __device__
#define __host__
#define __constant__
#define __managed__
#define __grid_constant__
#define __forceinline__
#define __launch_bounds__(...)
#define __maxnreg__(...)
#define __align__(n) __attribute__((aligned(n)))
#define __builtin_align__(n) __attribute__((aligned(n)))
#define __builtin_assume(condition) ((void)0)
#define __assume(condition) ((void)0)
#define __nv_pure__

// The rewriter turns every `__shared__` and `__global__` that it sees into something better. What is left comes from a
// macro or from a header that it never saw: shared memory still works, without guard bands; a kernel would not.
#define __shared__ static
#define __global__ kernelwright_cannot_emulate_a_kernel_outside_the_translated_source_file

// Host and device code are one translation unit here, so one value must serve both. Usual code asks `#if __CUDA_ARCH__ >= 700`
// or `#ifdef __CUDA_ARCH__` to choose the device path, which is the one to test; a host function that asks is rare.
#ifndef __CUDA_ARCH__
#define __CUDA_ARCH__ 900
#endif
#define __CUDACC__ 1
#define __NVCC__ 1
#define __CUDACC_VER_MAJOR__ 13
#define __CUDACC_VER_MINOR__ 0
#define CUDART_VERSION 13000
#define CUDA_VERSION 13000
#define KERNELWRIGHT_EMULATOR 1

#define KERNELWRIGHT_INLINE inline __attribute__((always_inline))
// The emulator's own state stays private to the shared object, so that two kernels loaded into one process never share a
// scheduler. Types stay public: a launcher that takes a cudaStream_t would be hidden with it.
#define KERNELWRIGHT_PRIVATE __attribute__((visibility("hidden")))
