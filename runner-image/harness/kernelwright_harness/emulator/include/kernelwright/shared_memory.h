// Shared memory that a checker can see: guard bands that AddressSanitizer knows, and a NaN pattern at the start of each block.
#pragma once

namespace kernelwright KERNELWRIGHT_PRIVATE {

/** All bits set is a NaN in every floating type and -1 in the others. */
constexpr int kUninitialised = 0xFF;
constexpr size_t kMaxDynamicShared = 227 * 1024;
constexpr size_t kDefaultDynamicShared = 48 * 1024;
constexpr size_t kMaxStaticShared = 48 * 1024;

struct alignas(1024) DynamicMemory {
  char before[1024];
  char data[kMaxDynamicShared];
  char after[1024];
};

inline DynamicMemory dynamic_memory;

inline void size_dynamic_memory(size_t bytes) {
  __asan_unpoison_memory_region(&dynamic_memory, sizeof dynamic_memory);
  __asan_poison_memory_region(dynamic_memory.before, sizeof dynamic_memory.before);
  __asan_poison_memory_region(dynamic_memory.data + bytes, kMaxDynamicShared - bytes + sizeof dynamic_memory.after);
}

struct alignas(16) Guard {
  char bytes[64];
};

/** One `__shared__` variable between two guards; the rewriter declares it with the variable itself in the middle. */
struct SharedVariable {
  uint64_t serial = 0;
  SharedVariable* next = nullptr;
  void* data = nullptr;
  size_t size = 0;
};

inline SharedVariable* namespace_scope_variables = nullptr;

inline void fill_shared(SharedVariable& variable) {
  variable.serial = block.serial;
  memset(variable.data, kUninitialised, variable.size);
}

inline void register_shared(SharedVariable& variable, Guard& before, void* data, size_t size, Guard& after) {
  if (variable.data == nullptr) {
    variable.data = data;
    variable.size = size;
    char* end = static_cast<char*>(data) + size;
    __asan_poison_memory_region(&before, static_cast<size_t>(static_cast<char*>(data) - before.bytes));
    __asan_poison_memory_region(end, static_cast<size_t>(after.bytes + sizeof after.bytes - end));
  }
  if (block.current != nullptr) {
    fill_shared(variable);
  } else {  // constructed when the library is loaded: no thread will pass its declaration
    variable.next = namespace_scope_variables;
    namespace_scope_variables = &variable;
  }
}

/** Stands after each shared declaration; the first thread of a block that passes it fills the variable. */
struct EnterShared {
  KERNELWRIGHT_INLINE EnterShared(SharedVariable& variable, Guard& before, void* data, size_t size, Guard& after) {
    if (variable.serial != block.serial || block.serial == 0) register_shared(variable, before, data, size, after);
  }
};

inline void begin_shared_memory(size_t dynamic_bytes) {
  memset(dynamic_memory.data, kUninitialised, dynamic_bytes);
  for (SharedVariable* v = namespace_scope_variables; v != nullptr; v = v->next) fill_shared(*v);
}

}  // namespace kernelwright
