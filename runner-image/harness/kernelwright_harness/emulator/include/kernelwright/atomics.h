// Atomics. Fibers never run at the same time, so a plain read, change and write is atomic; every so often one passes the
// turn on, so that a thread that spins on a lock or a flag lets its holder run.
#pragma once

namespace kernelwright KERNELWRIGHT_PRIVATE {

constexpr unsigned kAtomicsPerTurn = 1024;

KERNELWRIGHT_INLINE void count_atomic() {
  if (__builtin_expect(++block.turn_atomics == kAtomicsPerTurn, 0)) pass_turn();
}

}  // namespace kernelwright

#define KERNELWRIGHT_ATOMIC(name, type, expression)                                                                        \
  KERNELWRIGHT_INLINE type name(type* address, type value) {                                                               \
    kernelwright::count_atomic();                                                                                          \
    const type old = *address;                                                                                             \
    *address = (expression);                                                                                               \
    return old;                                                                                                            \
  }                                                                                                                        \
  KERNELWRIGHT_INLINE type name##_block(type* address, type value) { return name(address, value); }                        \
  KERNELWRIGHT_INLINE type name##_system(type* address, type value) { return name(address, value); }
#define KERNELWRIGHT_ATOMIC_INTEGERS(name, expression)                                                                     \
  KERNELWRIGHT_ATOMIC(name, int, expression)                                                                               \
  KERNELWRIGHT_ATOMIC(name, unsigned int, expression)                                                                      \
  KERNELWRIGHT_ATOMIC(name, unsigned long long, expression)

// Atomics wrap around, so signed ones are computed unsigned.
KERNELWRIGHT_ATOMIC(atomicAdd, int, static_cast<int>(static_cast<unsigned>(old) + static_cast<unsigned>(value)))
KERNELWRIGHT_ATOMIC(atomicAdd, unsigned int, old + value)
KERNELWRIGHT_ATOMIC(atomicAdd, unsigned long long, old + value)
KERNELWRIGHT_ATOMIC(atomicAdd, float, old + value)
KERNELWRIGHT_ATOMIC(atomicAdd, double, old + value)
KERNELWRIGHT_ATOMIC(atomicSub, int, static_cast<int>(static_cast<unsigned>(old) - static_cast<unsigned>(value)))
KERNELWRIGHT_ATOMIC(atomicSub, unsigned int, old - value)
KERNELWRIGHT_ATOMIC_INTEGERS(atomicMin, value < old ? value : old)
KERNELWRIGHT_ATOMIC_INTEGERS(atomicMax, value > old ? value : old)
KERNELWRIGHT_ATOMIC(atomicMin, long long, value < old ? value : old)
KERNELWRIGHT_ATOMIC(atomicMax, long long, value > old ? value : old)
KERNELWRIGHT_ATOMIC_INTEGERS(atomicAnd, old & value)
KERNELWRIGHT_ATOMIC_INTEGERS(atomicOr, old | value)
KERNELWRIGHT_ATOMIC_INTEGERS(atomicXor, old ^ value)
KERNELWRIGHT_ATOMIC_INTEGERS(atomicExch, value)
KERNELWRIGHT_ATOMIC(atomicExch, float, value)
KERNELWRIGHT_ATOMIC(atomicInc, unsigned int, old >= value ? 0u : old + 1u)
KERNELWRIGHT_ATOMIC(atomicDec, unsigned int, old == 0 || old > value ? value : old - 1u)
#undef KERNELWRIGHT_ATOMIC_INTEGERS

#define KERNELWRIGHT_CAS(type)                                                                                             \
  KERNELWRIGHT_INLINE type atomicCAS(type* address, type compare, type value) {                                            \
    kernelwright::count_atomic();                                                                                          \
    const type old = *address;                                                                                             \
    if (old == compare) *address = value;                                                                                  \
    return old;                                                                                                            \
  }
KERNELWRIGHT_CAS(int)
KERNELWRIGHT_CAS(unsigned int)
KERNELWRIGHT_CAS(unsigned long long)
KERNELWRIGHT_CAS(unsigned short)
#undef KERNELWRIGHT_CAS

KERNELWRIGHT_INLINE float2 atomicAdd(float2* address, float2 value) {
  return {atomicAdd(&address->x, value.x), atomicAdd(&address->y, value.y)};
}
KERNELWRIGHT_INLINE float4 atomicAdd(float4* address, float4 value) {
  return {atomicAdd(&address->x, value.x), atomicAdd(&address->y, value.y), atomicAdd(&address->z, value.z),
          atomicAdd(&address->w, value.w)};
}
