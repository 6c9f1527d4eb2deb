// The emulator tells AddressSanitizer of its fibers and guard bands. A PyTorch extension is loaded by a process without it, and has these.
#include <cstddef>

#define NOBODY_LISTENS extern "C" __attribute__((visibility("hidden")))

NOBODY_LISTENS void __asan_poison_memory_region(const volatile void*, size_t) {}
NOBODY_LISTENS void __asan_unpoison_memory_region(const volatile void*, size_t) {}
NOBODY_LISTENS void __sanitizer_start_switch_fiber(void**, const void*, size_t) {}
NOBODY_LISTENS void __sanitizer_finish_switch_fiber(void*, const void**, size_t*) {}
NOBODY_LISTENS void __sanitizer_set_death_callback(void (*)()) {}
