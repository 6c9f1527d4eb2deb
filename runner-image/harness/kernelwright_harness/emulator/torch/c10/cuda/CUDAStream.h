// The emulated device has one stream, and PyTorch's CPU operations happen in the order in which they are called.
#pragma once
#include <c10/cuda/CUDAFunctions.h>

namespace c10::cuda {
class CUDAStream {
 public:
  CUDAStream() = default;
  operator cudaStream_t() const { return stream(); }
  cudaStream_t stream() const { return nullptr; }
  DeviceIndex device_index() const { return 0; }
  void synchronize() const { device_synchronize(); }
  bool query() const { return true; }
};

inline CUDAStream getCurrentCUDAStream(DeviceIndex = -1) { return {}; }
inline CUDAStream getDefaultCUDAStream(DeviceIndex = -1) { return {}; }
inline CUDAStream getStreamFromPool(bool = false, DeviceIndex = -1) { return {}; }
inline void setCurrentCUDAStream(CUDAStream) {}
}  // namespace c10::cuda

namespace at::cuda {
using namespace c10::cuda;
}
