// What NVIDIA's own header says of occupancy: g++ -I/usr/local/cuda/include test/measure/occupancy-cases.cpp -o cases && ./cases > test/measure/occupancy-cases.json
#include <cstdio>
#include <cstring>
#include <cuda_occupancy.h>

struct Architecture {
  int major, minor, threads, shared_kib, block_kib, reserved;
};

int main() {
  const Architecture architectures[] = {{7, 0, 2048, 96, 96, 0},        {7, 5, 1024, 64, 64, 0},        {8, 0, 2048, 164, 163, 1024},
                                        {8, 6, 1536, 100, 99, 1024},    {8, 9, 1536, 100, 99, 1024},    {9, 0, 2048, 228, 227, 1024},
                                        {10, 0, 2048, 228, 227, 1024}, {12, 0, 1536, 100, 99, 1024}};
  const int registers[] = {8, 16, 24, 32, 33, 40, 64, 65, 96, 128, 168, 200, 255};
  const int threads[] = {1, 32, 64, 96, 128, 160, 256, 384, 512, 768, 1024};
  const int shared[] = {0, 1, 1024, 16384, 33000, 49152};
  const char *separator = "[";
  for (const auto &each : architectures)
    for (int r : registers)
      for (int t : threads)
        for (int s : shared) {
          if ((r * 7 + t + s / 100 + each.major) % 5 != 0) continue;  // a fifth of them is enough to keep
          cudaOccDeviceProp device;
          device.computeMajor = each.major;
          device.computeMinor = each.minor;
          device.maxThreadsPerBlock = 1024;
          device.maxThreadsPerMultiprocessor = each.threads;
          device.regsPerBlock = 65536;
          device.regsPerMultiprocessor = 65536;
          device.warpSize = 32;
          device.sharedMemPerBlock = 49152;
          device.sharedMemPerMultiprocessor = each.shared_kib * 1024;
          device.numSms = 1;
          device.sharedMemPerBlockOptin = each.block_kib * 1024;
          device.reservedSharedMemPerBlock = each.reserved;
          cudaOccFuncAttributes kernel;
          memset(&kernel, 0, sizeof kernel);
          kernel.maxThreadsPerBlock = 1024;
          kernel.numRegs = r;
          kernel.sharedSizeBytes = s;
          kernel.partitionedGCConfig = PARTITIONED_GC_OFF;
          kernel.shmemLimitConfig = FUNC_SHMEM_LIMIT_OPTIN;
          cudaOccDeviceState state;
          state.carveoutConfig = SHAREDMEM_CARVEOUT_MAX_SHARED;
          cudaOccResult result;
          if (cudaOccMaxActiveBlocksPerMultiprocessor(&result, &device, &kernel, &state, t, 0) != CUDA_OCC_SUCCESS) return 1;
          printf("%s[%d,%d,%d,%d,%d]", separator, each.major * 10 + each.minor, r, t, s, result.activeBlocksPerMultiprocessor);
          separator = ",\n";
        }
  printf("]\n");
}
