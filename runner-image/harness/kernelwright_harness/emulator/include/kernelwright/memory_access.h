// Loads and stores with cache hints, which a CPU ignores, and the device's clocks.
#pragma once

#define KERNELWRIGHT_LOAD(name)                                                                                            \
  template <class T>                                                                                                       \
  KERNELWRIGHT_INLINE T name(const T* address) { return *address; }
KERNELWRIGHT_LOAD(__ldg)
KERNELWRIGHT_LOAD(__ldca)
KERNELWRIGHT_LOAD(__ldcg)
KERNELWRIGHT_LOAD(__ldcs)
KERNELWRIGHT_LOAD(__ldlu)
KERNELWRIGHT_LOAD(__ldcv)
#undef KERNELWRIGHT_LOAD

#define KERNELWRIGHT_STORE(name)                                                                                           \
  template <class T, class V>                                                                                              \
  KERNELWRIGHT_INLINE void name(T* address, V value) { *address = value; }
KERNELWRIGHT_STORE(__stwb)
KERNELWRIGHT_STORE(__stcg)
KERNELWRIGHT_STORE(__stcs)
KERNELWRIGHT_STORE(__stwt)
#undef KERNELWRIGHT_STORE

inline long long clock64() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<long long>(now.tv_sec) * 1000000000 + now.tv_nsec;
}
inline unsigned long long __globaltimer() { return static_cast<unsigned long long>(clock64()); }

