// PyTorch's own checks, over the emulator's runtime.
#pragma once
#include <c10/util/Exception.h>
#include "kernelwright_emulator.h"

#define C10_CUDA_CHECK(EXPR)                                                                   \
  do {                                                                                         \
    const cudaError_t kernelwright_error = (EXPR);                                             \
    TORCH_CHECK(kernelwright_error == cudaSuccess, "CUDA error: ", cudaGetErrorString(kernelwright_error)); \
  } while (0)
#define C10_CUDA_CHECK_WARN(EXPR) C10_CUDA_CHECK(EXPR)
#define C10_CUDA_KERNEL_LAUNCH_CHECK() C10_CUDA_CHECK(cudaGetLastError())
