// Included ahead of a PyTorch extension's own text, and behind the torch headers that it names: from here on what is registered for CUDA
// serves CPU tensors, which is what the emulated device has. The headers themselves must not see these names.
#pragma once
#include <c10/core/Device.h>
#include <c10/core/DispatchKey.h>

#define kCUDA kCPU
#define CUDA CPU
#define is_cuda is_cpu
